import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { noGrad, ops, scope, setThreads, type Tensor, tensor } from "@tomo/torch";
import { beforeAll, describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../../../testing/oracle.ts";
import { temporaryFolder } from "../../../testing/temporary_folder.ts";
import type { Network } from "../../contracts.ts";
import { DenseNet121 } from "../dense_net_121.ts";
import { SegAhnet } from "../seg_ahnet.ts";
import { resnet50Features } from "./testing/resnet_50.ts";

const script = readFileSync(new URL("./golden/keras_models.py", import.meta.url), "utf8");
const root = temporaryFolder();

interface Saved {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
}
function saved(model: string, version: 2 | 3): Saved {
  const folder = mkdtempSync(join(root, `${model}-${version}-`));
  return { folder, files: runOracle(script, [folder, model, String(version)]) };
}
function floats({ folder }: Saved, name: string): Float32Array {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
/** Keras' input [1, 64, 64, 3] as ours. */
const imageOf = (keras: Saved): Tensor =>
  ops.contiguous(ops.permute(tensor(floats(keras, "input"), [1, 64, 64, 3]), [0, 3, 1, 2]));

/** Largest difference, relative to the largest value. */
function relativeError(ours: Tensor, theirs: Float32Array): number {
  const values = ours.toTypedArray<Float32Array>();
  expect(values.length).toBe(theirs.length);
  const scale = Math.max(...theirs.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - theirs[i]!))) / scale;
}

const densenet = (file: string, outputs: number): Network =>
  DenseNet121.build(DenseNet121.args.parse({ pretrain_weight_name: file }))({
    inChannels: 3,
    spatialDims: 2,
    labelFormat: Array(outputs).fill(1),
  });

/** Makes the outputs of a DenseNet its first features. */
function showFeatures({ module, outChannels }: Network): void {
  const weight = ops.eye(outChannels, { dtype: "float32" });
  const rest = ops.zeros([outChannels, 1024 - outChannels], { dtype: "float32" });
  const state = {
    "class_layers.out.weight": ops.cat([weight, rest], { dim: 1 }),
    "class_layers.out.bias": ops.zeros([outChannels], { dtype: "float32" }),
  };
  module.loadStateDict(state, { strict: false });
}

describe.each([
  [2, ["tf_keras", "h5py"]],
  [3, ["keras", "tensorflow", "h5py"]],
] as const)("Keras %i", (version, modules) => {
  describeWithOracle(modules, `weights that Keras ${version} saves`, () => {
    beforeAll(() => setThreads(2));

    it("give DenseNet121 the same logits from every layout, and the same features without top", async () => {
      const keras = saved("DenseNet121", version);
      for (const [layout, file] of Object.entries(keras.files)) {
        const isWhole = layout !== "notop" && layout !== "nested";
        const network = densenet(file, isWhole ? 1000 : 15);
        const text = await network.loadPretrained!();
        expect(text).toContain("120 convolutions and 121 batch norms of DenseNet121");
        expect(text.includes("the classifier is loaded too")).toBe(layout !== "notop");
        network.module.eval();
        scope(() =>
          noGrad(() => {
            if (!isWhole) showFeatures(network);
            const expected = isWhole ? floats(keras, "logits") : floats(keras, "features").slice(0, 15);
            const error = relativeError(network.logits(imageOf(keras)), expected);
            console.info(`Keras ${version} ${layout}: relative error ${error}`);
            expect(error).toBeLessThan(1e-5);
          }),
        );
        network.module.dispose();
      }
    });

    it("give SegAhnet's encoder the features of ResNet50", async () => {
      const keras = saved("ResNet50", version);
      for (const [layout, file] of Object.entries(keras.files)) {
        const network = SegAhnet.build(
          SegAhnet.args.parse({ num_classes: 2, n_spatial_dim: 2, pretrain_weight_name: file }),
        )({ inChannels: 3, spatialDims: 2 });
        const text = await network.loadPretrained!();
        expect(text).toContain("53 convolutions and 53 batch norms of SegAhnet");
        scope(() =>
          noGrad(() => {
            const features = resnet50Features(network.module.stateDict(), imageOf(keras), "conv1");
            const error = relativeError(features, floats(keras, "features"));
            console.info(`Keras ${version} ${layout}: relative error ${error}`);
            expect(error).toBeLessThan(1e-5);
          }),
        );
        network.module.dispose();
      }
    });
  });
});
