import { readFileSync } from "node:fs";
import { adam, backward, type DType, liveTensors, ops, scope, setThreads } from "@tomo/torch";
import { beforeAll, describe, expect, it } from "vitest";
import { fillByFormula, formulaTensor } from "../../testing/formula_weights.ts";
import type { Network } from "../contracts.ts";
import { Dice } from "../losses/dice.ts";
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
const golden = JSON.parse(
  readFileSync(new URL("./golden/trajectories.json", import.meta.url), "utf8"),
) as Record<"SegAhnet" | "SegResnet", Trajectory>;

const context = { inChannels: 1, spatialDims: 3 };
const make = {
  SegAhnet: (precision?: DType) =>
    SegAhnet.build(SegAhnet.args.parse({ num_classes: 2, n_spatial_dim: 3 }))({ ...context, precision }),
  SegResnet: (precision?: DType) =>
    SegResnet.build(SegResnet.args.parse({ num_classes: 2 }))({ ...context, precision }),
} as const;
const dice = Dice.build(Dice.args.parse({}));

/** One training step; the forward pass has a scope of its own, so that backward frees activations as it goes. */
function step(network: Network, shape: readonly number[], i: number): number {
  return scope(() => {
    const loss = scope(() => {
      const image = formulaTensor(shape, 1000 + i);
      const label = ops.toDtype(ops.gt(image, 0.1), "float32");
      return dice(network.predict(image), label, { labelFormat: null });
    });
    backward(loss);
    return loss.item();
  });
}

function train(name: "SegAhnet" | "SegResnet", parameters: DType, activations?: DType): number[] {
  const { shape, optimizer: form, rate, losses } = golden[name];
  const network = make[name](activations);
  network.module.to({ dtype: "float64" });
  fillByFormula(network.module);
  network.module.to({ dtype: parameters });
  const optimizer = adam(Object.fromEntries(network.module.namedParameters()), { form });
  const result = losses.map((_, i) => {
    optimizer.zeroGrad();
    const loss = step(network, shape, i);
    optimizer.step(rate);
    return loss;
  });
  optimizer.dispose();
  network.module.dispose();
  return result;
}

const deviation = (losses: readonly number[], name: "SegAhnet" | "SegResnet"): number =>
  Math.max(...losses.map((loss, i) => Math.abs(loss - golden[name].losses[i]!)));

describe.each(["SegAhnet", "SegResnet"] as const)(
  "20 training steps of %s against PyTorch with MONAI",
  (name) => {
    beforeAll(() => setThreads(1));

    it("have the same losses in float64", () => {
      const before = liveTensors();
      expect(deviation(train(name, "float64"), name)).toBeLessThan(1e-8);
      expect(liveTensors()).toBe(before);
    });

    it("deviate little in float32, and in bfloat16 with float32 weights", () => {
      const single = deviation(train(name, "float32"), name);
      const mixed = deviation(train(name, "float32", "bfloat16"), name);
      console.info(
        `${name}: largest deviation of the loss in 20 steps: ${single} float32, ${mixed} bfloat16`,
      );
      expect(single).toBeLessThan(2e-3);
      expect(mixed).toBeLessThan(2e-2);
    });
  },
);
