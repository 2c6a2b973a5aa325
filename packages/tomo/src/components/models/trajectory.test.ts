import { readFileSync } from "node:fs";
import { adam, backward, type DType, liveTensors, ops, scope, setThreads, type Tensor } from "@tomo/torch";
import { beforeAll, describe, expect, it } from "vitest";
import { fillByFormula, formulaTensor } from "../../testing/formula_weights.ts";
import type { Network } from "../contracts.ts";
import { BinaryClassificationLoss } from "../losses/binary_classification_loss.ts";
import { Dice } from "../losses/dice.ts";
import { DenseNet121 } from "./dense_net_121.ts";
import { SegAhnet } from "./seg_ahnet.ts";
import { SegResnet } from "./seg_resnet.ts";

/** Losses of PyTorch with MONAI's networks, float64; tools/golden/trajectories.py made them. */
interface Trajectory {
  readonly shape: readonly number[];
  readonly optimizer: "torch" | "tensorflow";
  readonly rate: number;
  readonly losses: readonly number[];
  /** Largest deviation of PyTorch's own losses in float32. */
  readonly float32Deviation: number;
}
const names = ["SegAhnet", "SegResnet", "DenseNet121"] as const;
type Name = (typeof names)[number];
const golden = JSON.parse(
  readFileSync(new URL("./golden/trajectories.json", import.meta.url), "utf8"),
) as Record<Name, Trajectory>;

const volumes = { inChannels: 1, spatialDims: 3 };
const films = { inChannels: 3, spatialDims: 2, labelFormat: [1, 1, 1] };
const make = {
  SegAhnet: (precision?: DType) =>
    SegAhnet.build(SegAhnet.args.parse({ num_classes: 2, n_spatial_dim: 3 }))({ ...volumes, precision }),
  SegResnet: (precision?: DType) =>
    SegResnet.build(SegResnet.args.parse({ num_classes: 2 }))({ ...volumes, precision }),
  DenseNet121: (precision?: DType) => DenseNet121.build(DenseNet121.args.parse({}))({ ...films, precision }),
} as const;

const dice = Dice.build(Dice.args.parse({}));
const crossEntropy = BinaryClassificationLoss.build(BinaryClassificationLoss.args.parse({}));
const overlap = (network: Network, image: Tensor): Tensor => {
  const label = ops.toDtype(ops.gt(image, 0.1), "float32");
  return dice(network.predict(image), label, { labelFormat: null });
};
const binary = (network: Network, image: Tensor, i: number): Tensor => {
  const logits = network.predict(image);
  const label = ops.toDtype(ops.gt(formulaTensor(logits.shape, 2000 + i), 0), logits.dtype);
  return crossEntropy(logits, label, films);
};
const losses = { SegAhnet: overlap, SegResnet: overlap, DenseNet121: binary } as const;

/** One training step; the forward pass has a scope of its own, so that backward frees activations as it goes. */
function step(name: Name, network: Network, i: number): number {
  return scope(() => {
    const loss = scope(() => losses[name](network, formulaTensor(golden[name].shape, 1000 + i), i));
    backward(loss);
    return loss.item();
  });
}

function train(name: Name, parameters: DType, activations?: DType): number[] {
  const { optimizer: form, rate, losses: expected } = golden[name];
  const network = make[name](activations);
  network.module.to({ dtype: "float64" });
  fillByFormula(network.module);
  network.module.to({ dtype: parameters });
  const optimizer = adam(Object.fromEntries(network.module.namedParameters()), { form });
  const result = expected.map((_, i) => {
    optimizer.zeroGrad();
    const loss = step(name, network, i);
    optimizer.step(rate);
    return loss;
  });
  optimizer.dispose();
  network.module.dispose();
  return result;
}

const deviation = (losses: readonly number[], name: Name): number =>
  Math.max(...losses.map((loss, i) => Math.abs(loss - golden[name].losses[i]!)));

describe.each(names)("20 training steps of %s against PyTorch with MONAI", (name) => {
  beforeAll(() => setThreads(1));

  it("have the same losses in float64", () => {
    const before = liveTensors();
    expect(deviation(train(name, "float64"), name)).toBeLessThan(1e-8);
    expect(liveTensors()).toBe(before);
  });

  it("deviate little in float32, and in bfloat16 with float32 weights", () => {
    const single = deviation(train(name, "float32"), name);
    const mixed = deviation(train(name, "float32", "bfloat16"), name);
    console.info(`${name}: largest deviation of the loss in 20 steps: ${single} float32, ${mixed} bfloat16`);
    expect(single).toBeLessThan(2e-3);
    expect(mixed).toBeLessThan(2e-2);
  });
});
