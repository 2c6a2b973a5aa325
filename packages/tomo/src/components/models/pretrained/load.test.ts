import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors, liveTensors, type Module, ops, scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { TomoError } from "../../../errors/tomo_error.ts";
import type { WeightFile } from "../../../io/weights/weight_file.ts";
import { temporaryFolder } from "../../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../../testing/tomo_error_of.ts";
import type { Network } from "../../contracts.ts";
import { DenseNet121 } from "../dense_net_121.ts";
import { SegAhnet } from "../seg_ahnet.ts";
import { densenet121Schemes } from "./densenet_121.ts";
import { loadInto } from "./load.ts";
import { ahnetSchemes } from "./resnet_50.ts";
import { formulaFile, type GoldenNetwork, renamed } from "./testing/formula_file.ts";

const golden = JSON.parse(readFileSync(new URL("./golden/networks.json", import.meta.url), "utf8")) as Record<
  string,
  GoldenNetwork
>;
const densenetFile = formulaFile(golden.torchvisionDensenet121!, "torch");
const resnetFile = formulaFile(golden.kerasResNet50!, "keras");

const path = join(temporaryFolder(), "weights.bin");
const densenet = (spatialDims = 2, notes: string[] = []): Network =>
  DenseNet121.build(DenseNet121.args.parse({ pretrain_weight_name: path }))({
    inChannels: 3,
    spatialDims,
    labelFormat: [1, 1, 3],
    note: (message) => void notes.push(message),
  });
const intoDensenet = (module: Module, file: WeightFile): string =>
  loadInto(
    {
      model: "DenseNet121",
      module,
      schemes: densenet121Schemes,
      rest: "the classifier",
      head: "the classifier",
    },
    file,
  );
const copyOf = (module: Module): number[] =>
  scope(() =>
    Object.values(module.stateDict()).map((tensor) => ops.sum(ops.toDtype(tensor, "float64")).item()),
  );

describe("loadPretrained", () => {
  it("is absent when the file does not exist, and a note says so", () => {
    const notes: string[] = [];
    const network = densenet(2, notes);
    expect(network.loadPretrained).toBeNull();
    expect(notes).toEqual([
      `no pretrained weights: ${path} does not exist; DenseNet121 starts from random weights`,
    ]);
    network.module.dispose();
  });

  it("reads a file into the network, says what it did, and leaves no tensors behind", async () => {
    const source = densenet();
    scope(() =>
      writeFileSync(
        path,
        Buffer.concat([...encodeSafetensors(source.module.stateDict())].map((p) => Buffer.from(p))),
      ),
    );
    const target = densenet();
    const before = liveTensors();
    expect(await target.loadPretrained!()).toBe(
      `pretrained: 120 convolutions and 121 batch norms of DenseNet121 from ${path} (safetensors, MONAI's DenseNet121, Tomo's own); the classifier is loaded too`,
    );
    expect(liveTensors()).toBe(before);
    expect(copyOf(target.module)).toEqual(copyOf(source.module));
    writeFileSync(path, "noise");
    await expect(target.loadPretrained!()).rejects.toMatchObject({ code: "TOMO_WEIGHTS_UNREADABLE" });
    for (const { module } of [source, target]) module.dispose();
  });
});

describe("a file that does not fit", () => {
  /** The error, after a check that nothing was written. */
  const unfit = (file: WeightFile, spatialDims = 2): TomoError => {
    const { module } = densenet(spatialDims);
    const before = copyOf(module);
    const error = tomoErrorOf(() => intoDensenet(module, file));
    expect(error.code).toBe("TOMO_WEIGHTS_UNFIT");
    expect(copyOf(module)).toEqual(before);
    module.dispose();
    return error;
  };

  it("is refused with what it has and what was needed", () => {
    const error = unfit(resnetFile);
    expect(error.message).toBe(
      "formula does not fit DenseNet121: of the 604 tensors of Keras' DenseNet121 it has 21 that fit; missing (487): conv2_block2_0_bn/gamma [96], conv2_block2_0_bn/beta [96], conv2_block2_0_bn/moving_mean [96] and 484 more; of another shape (96): conv2_block1_0_bn/gamma is [256], not [64], conv2_block1_0_bn/beta is [256], not [64], conv2_block1_0_bn/moving_mean is [256], not [64] and 93 more",
    );
    expect(error.given).toBe(
      "formula with 318 tensors: conv1_conv/kernel [7, 7, 3, 64], conv1_conv/bias [64], conv1_bn/gamma [64] and 315 more",
    );
    expect(error.expected).toContain("Keras' DenseNet121; or of torchvision's densenet121");
    expect(error.where.configPath).toBe("model.args.pretrain_weight_name");
  });

  it("names tensors of another shape: 2-D kernels have no place in a 3-D network", () => {
    expect(unfit(densenetFile, 3).message).toContain(
      "545 that fit; of another shape (59): features.conv0.weight is [64, 3, 7, 7], not [64, 3, 7, 7, 7], ",
    );
  });

  it("lacks one tensor", () => {
    const file = renamed(densenetFile, (name) => (name === "features.norm5.bias" ? null : name));
    expect(unfit(file).message).toContain("it has 603 that fit; missing (1): features.norm5.bias [1024]");
  });

  it("is of another network in SegAhnet", () => {
    const args = SegAhnet.args.parse({ num_classes: 2, n_spatial_dim: 2 });
    const { module } = SegAhnet.build(args)({ inChannels: 1, spatialDims: 2 });
    const target = { model: "SegAhnet", module, schemes: ahnetSchemes, rest: "", head: "" };
    const error = tomoErrorOf(() => loadInto(target, formulaFile(golden.kerasDenseNet121!, "keras")));
    expect(error.message).toContain("does not fit SegAhnet: of the 265 tensors of Keras' ResNet50");
    module.dispose();
  });

  it("holds values that are not finite", () => {
    const { module } = densenet();
    const tensors = new Map(densenetFile.tensors);
    const read = () => ops.full([1024], Number.NaN, { dtype: "float32" });
    tensors.set("features.norm5.weight", { shape: [1024], dtype: "float32", read });
    const error = tomoErrorOf(() => intoDensenet(module, { ...densenetFile, tensors }));
    expect(error).toBeInstanceOf(TomoError);
    expect(error.message).toBe("formula: features.norm5.weight has values that are not finite");
    module.dispose();
  });
});
