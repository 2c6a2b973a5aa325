import { readFileSync } from "node:fs";
import { type Module, noGrad, ops, scope, setThreads, type Tensor } from "@tomo/torch";
import { beforeAll, describe, expect, it } from "vitest";
import type { WeightFile } from "../../../io/weights/weight_file.ts";
import { formulaTensor } from "../../../testing/formula_weights.ts";
import type { Network } from "../../contracts.ts";
import { DenseNet121 } from "../dense_net_121.ts";
import { SegAhnet } from "../seg_ahnet.ts";
import { densenet121Schemes } from "./densenet_121.ts";
import { loadInto } from "./load.ts";
import { ahnetSchemes } from "./resnet_50.ts";
import { formulaFile, type GoldenNetwork, renamed } from "./testing/formula_file.ts";
import { resnet50Features } from "./testing/resnet_50.ts";

// Outputs of Keras and torchvision themselves, in float64; golden/make.py made them.
const golden = JSON.parse(readFileSync(new URL("./golden/networks.json", import.meta.url), "utf8")) as Record<
  | "kerasDenseNet121"
  | "kerasResNet50"
  | "oldKerasResNet50"
  | "torchvisionDensenet121"
  | "torchvisionResnet50",
  GoldenNetwork
>;
const keras = formulaFile(golden.kerasDenseNet121, "keras");
const torchvision = formulaFile(golden.torchvisionDensenet121, "torch");
const oldResnet = formulaFile(golden.oldKerasResNet50, "keras");

const densenet = (outputs = 15, inChannels = 3): Network => {
  const labelFormat = Array<number>(outputs).fill(1);
  const network = DenseNet121.build(DenseNet121.args.parse({}))({ inChannels, spatialDims: 2, labelFormat });
  network.module.to({ dtype: "float64" }).eval();
  return network;
};
const ahnet = (n_spatial_dim: 2 | 3, inChannels = 3): Module => {
  const args = SegAhnet.args.parse({ num_classes: 2, n_spatial_dim });
  const { module } = SegAhnet.build(args)({ inChannels, spatialDims: n_spatial_dim });
  return module.to({ dtype: "float64" }).eval();
};
const intoDensenet = ({ module }: Network, file: WeightFile): string =>
  loadInto(
    { model: "DenseNet121", module, schemes: densenet121Schemes, rest: "", head: "the classifier" },
    file,
  );
const intoAhnet = (module: Module, file: WeightFile): string =>
  loadInto(
    { model: "SegAhnet", module, schemes: ahnetSchemes, rest: "the decoder", head: "the last layer" },
    file,
  );

const kerasImage = (): Tensor => ops.permute(formulaTensor([1, 64, 64, 3], 0), [0, 3, 1, 2]);
const torchImage = (): Tensor => formulaTensor([1, 3, 64, 64], 0);

/** Largest difference from the stored values, relative to the largest of them. */
function relativeError(output: Tensor, { output: expected, step }: GoldenNetwork): number {
  const values = output.toArray().filter((_, i) => i % step === 0);
  expect(values).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]!))) / scale;
}
const largestDifference = (a: Tensor, b: Tensor): number =>
  scope(() => ops.max(ops.abs(ops.sub(a, b))).item());

beforeAll(() => setThreads(2));

describe("DenseNet121", () => {
  const logitsError = (file: WeightFile, image: () => Tensor, expected: GoldenNetwork): [string, number] => {
    const network = densenet();
    const text = intoDensenet(network, file);
    const error = scope(() => noGrad(() => relativeError(network.logits(image()), expected)));
    network.module.dispose();
    return [text, error];
  };
  /** Names in a checkpoint of torchvision before 2019. */
  const oldName = (name: string): string => name.replace(/(denselayer\d+\.)(norm|conv)(\d)/, "$1$2.$3");
  const layerOf = (name: string): string => name.slice(0, name.lastIndexOf("/"));
  const layers = [...new Set([...keras.tensors.keys()].map(layerOf))];
  /** Names that Keras gives to layers without one. */
  const automaticName = (name: string): string =>
    name.replace(/^.*(?=\/)/, () => `layer_${layers.indexOf(layerOf(name))}`);

  it.each<[string, WeightFile, () => Tensor, GoldenNetwork, string]>([
    ["Keras'", keras, kerasImage, golden.kerasDenseNet121, "Keras' DenseNet121"],
    [
      "Keras 3's names",
      renamed(keras, (name) => name.replace("conv1/", "conv1_")),
      kerasImage,
      golden.kerasDenseNet121,
      "Keras' DenseNet121",
    ],
    [
      "a Keras model within a model",
      renamed(keras, (name) => `densenet121/${name}`),
      kerasImage,
      golden.kerasDenseNet121,
      "Keras' DenseNet121",
    ],
    [
      "Keras' without names",
      renamed(keras, automaticName),
      kerasImage,
      golden.kerasDenseNet121,
      "told by order and shape",
    ],
    ["torchvision's", torchvision, torchImage, golden.torchvisionDensenet121, "torchvision's densenet121"],
    [
      "torchvision's of 2017",
      renamed(torchvision, oldName),
      torchImage,
      golden.torchvisionDensenet121,
      "densenet121 of 2017",
    ],
    [
      "torchvision's in a data-parallel module",
      renamed(torchvision, (name) => `module.densenet121.${name.replace("classifier", "classifier.0")}`),
      torchImage,
      golden.torchvisionDensenet121,
      "torchvision's densenet121",
    ],
  ])("with %s weights computes what they compute", (_, file, image, expected, text) => {
    const [line, error] = logitsError(file, image, expected);
    expect(line).toContain("120 convolutions and 121 batch norms of DenseNet121 from formula");
    expect(line).toContain(text);
    expect(line).toContain("the classifier is loaded too");
    expect(error).toBeLessThan(1e-10);
  });

  it("takes its own weights, and leaves a classifier of another size random", () => {
    const [source, target] = [densenet(15), densenet(8)];
    intoDensenet(source, torchvision);
    const state = source.module.stateDict();
    const own: WeightFile = {
      path: "own",
      format: "safetensors",
      framework: "torch",
      tensors: new Map(
        Object.entries(state).map(([name, tensor]) => [
          name,
          { shape: tensor.shape, dtype: tensor.dtype, read: () => ops.clone(ops.detach(tensor)) },
        ]),
      ),
    };
    const before = scope(() => target.module.stateDict()["class_layers.out.weight"]!.toArray());
    expect(intoDensenet(target, own)).toContain(
      "the classifier keeps its random weights: the file's has 15 outputs",
    );
    scope(() => {
      for (const [name, tensor] of Object.entries(target.module.stateDict())) {
        if (name === "class_layers.out.weight") expect(tensor.toArray()).toEqual(before);
        else if (!name.startsWith("class_layers")) expect(ops.equal(tensor, state[name]!)).toBe(true);
      }
    });
    source.module.dispose();
    target.module.dispose();
  });

  it("says that a file without top leaves the classifier random", () => {
    const network = densenet();
    const notop = renamed(keras, (name) => (name.startsWith("predictions") ? null : name));
    expect(intoDensenet(network, notop)).toContain("the file has no last layer");
    network.module.dispose();
  });

  it.each([1, 2])("sees a grey image in %i channels as a repeated one in three", (channels) => {
    const [narrow, wide] = [densenet(15, channels), densenet(15, 3)];
    expect(intoDensenet(narrow, keras)).toContain("summed over its input channels");
    intoDensenet(wide, keras);
    scope(() =>
      noGrad(() => {
        const grey = formulaTensor([1, 1, 40, 36], 5);
        const repeated = (n: number) => ops.repeat(grey, [1, n, 1, 1]);
        const difference = largestDifference(narrow.logits(repeated(channels)), wide.logits(repeated(3)));
        expect(difference).toBeLessThan(1e-10);
      }),
    );
    narrow.module.dispose();
    wide.module.dispose();
  });

  it.each(densenet121Schemes([]).slice(1))("knows all its tensors, once, as $name calls them", (scheme) => {
    const network = densenet();
    const own = Object.keys(network.module.stateDict()).filter(
      (name) => !name.endsWith("num_batches_tracked"),
    );
    for (const head of scheme.heads) {
      const pairs = [...scheme.body, ...head];
      expect(pairs.map(({ target }) => target).toSorted()).toEqual(own.toSorted());
      expect(new Set(pairs.map(({ source }) => source)).size).toBe(pairs.length);
    }
    network.module.dispose();
  });
});

describe("SegAhnet's encoder", () => {
  it.each([
    ["Keras' of 2016/17", oldResnet, golden.oldKerasResNet50, kerasImage, "conv1", "went into the norms"],
    [
      "Keras'",
      formulaFile(golden.kerasResNet50, "keras"),
      golden.kerasResNet50,
      kerasImage,
      "conv1",
      "went into the norms",
    ],
    [
      "torchvision's",
      formulaFile(golden.torchvisionResnet50, "torch"),
      golden.torchvisionResnet50,
      torchImage,
      "conv2",
      "torchvision's resnet50",
    ],
  ] as const)("with %s ResNet-50 computes what it computes", (_, file, expected, image, strided, text) => {
    const module = ahnet(2);
    const line = intoAhnet(module, file);
    expect(line).toContain("53 convolutions and 53 batch norms of SegAhnet from formula");
    expect(line).toContain("the decoder keeps its random weights");
    expect(line).toContain(text);
    scope(() =>
      noGrad(() => {
        const features = resnet50Features(module.stateDict(), image(), strided);
        expect(relativeError(features, expected)).toBeLessThan(1e-10);
      }),
    );
    module.dispose();
  });

  it.each([1, 2])(
    "in 3-D with %i channels has the 2-D kernels within slices, RGB as three slices",
    (channels) => {
      const [flat, deep] = [ahnet(2), ahnet(3, channels)];
      intoAhnet(flat, oldResnet);
      expect(intoAhnet(deep, oldResnet)).toContain("look at three neighbouring slices");
      scope(() => {
        const state = deep.stateDict();
        for (const [name, tensor] of Object.entries(flat.stateDict()))
          if (name.startsWith("layer") || name.startsWith("bn0"))
            expect(largestDifference(ops.reshape(state[name]!, tensor.shape), tensor)).toBe(0);
        // out[o, c, h, w, d] = kernel[o, d, h, w] / channels
        const kernel = ops.detach(flat.stateDict()["conv1.weight"]!);
        for (let c = 0; c < channels; c++) {
          const slices = ops.select(ops.detach(state["conv1.weight"]!), 1, c);
          const expected = ops.div(ops.movedim(kernel, [1], [-1]), channels);
          expect(largestDifference(slices, expected)).toBeLessThan(1e-15);
        }
      });
      flat.dispose();
      deep.dispose();
    },
  );

  it("takes the encoder of a 2-D AHNet into a 3-D one, as the paper does, and all of a 3-D one", () => {
    const [flat, deep, again] = [ahnet(2), ahnet(3, 1), ahnet(3, 1)];
    const fileOf = (module: Module): WeightFile => ({
      path: "own",
      format: "Tomo checkpoint",
      framework: "torch",
      tensors: new Map(
        Object.entries(module.stateDict()).map(([name, tensor]) => [
          name,
          { shape: tensor.shape, dtype: tensor.dtype, read: () => ops.clone(ops.detach(tensor)) },
        ]),
      ),
    });
    expect(intoAhnet(deep, fileOf(flat))).toContain("the encoder of a 2-D AHNet");
    expect(intoAhnet(again, fileOf(deep))).toContain("the last layer is loaded too");
    scope(() => {
      const state = deep.stateDict();
      for (const [name, tensor] of Object.entries(again.stateDict()))
        expect(ops.equal(tensor, state[name]!)).toBe(true);
    });
    for (const module of [flat, deep, again]) module.dispose();
  });
});
