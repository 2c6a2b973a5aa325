import {
  BatchNorm,
  type DType,
  manualSeed,
  memoryUse,
  noGrad,
  ops,
  resetPeakMemory,
  scope,
  type Tensor,
} from "@tomo/torch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Ahnet } from "./ahnet.ts";

/** Large enough that stem, stages and dense blocks work in several groups of slices. */
const shape = [2, 1, 128, 128, 32];
let network: Ahnet;

beforeAll(() => {
  manualSeed(0);
  network = new Ahnet({
    axes: 3,
    inChannels: 1,
    outChannels: 2,
    pspPools: 0,
    upsampleMode: "transpose",
    throughPlane: 2,
  });
  noGrad(() =>
    scope(() => {
      for (const [name, buffer] of network.namedBuffers())
        if (name.endsWith("running_mean")) ops.copy_(buffer, ops.randn(buffer.shape, { dtype: "float32" }));
      // logits near 1
      for (const weight of network.parameters()) if (weight.rank > 1) ops.mul_(weight, 0.5);
    }),
  );
});
afterAll(() => network.dispose());

/** Logits and the highest number of bytes in tensors besides what was there before. */
function measured(dtype: DType): { readonly logits: Tensor; readonly peak: number } {
  manualSeed(1);
  const input = ops.randn(shape, { dtype });
  resetPeakMemory();
  const before = memoryUse().live;
  const logits = noGrad(() => network.forward(input));
  return { logits: ops.toDtype(logits, "float64"), peak: memoryUse().peak - before };
}

describe("evaluation in groups of slices", () => {
  it.each([
    { dtype: "float32", tolerance: 1e-5 },
    { dtype: "bfloat16", tolerance: 0.05 },
  ] as const)("equals that of all slices at once, in less memory: $dtype", ({ dtype, tolerance }) => {
    scope(() => {
      network.eval();
      const grouped = measured(dtype);
      // layers that work on all slices, as in training, with the norms of evaluation
      network.train();
      for (const [, module] of network.namedModules()) if (module instanceof BatchNorm) module.eval();
      const whole = measured(dtype);
      const spread = ops.std(whole.logits).item();
      expect(spread).toBeGreaterThan(1e-3);
      const difference = ops.max(ops.abs(ops.sub(grouped.logits, whole.logits))).item();
      expect(difference / spread).toBeLessThan(tolerance);
      expect(grouped.peak).toBeLessThan(0.75 * whole.peak);
    });
  });
});
