import fc from "fast-check";
import { expect, it } from "vitest";
import { backward } from "../autograd.ts";
import type { DType } from "../dtype.ts";
import * as ops from "../ops.generated.ts";
import { manualSeed, setThreads } from "../runtime.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { convolve } from "./index.ts";

interface Case {
  readonly shape: readonly number[];
  readonly out: number;
  readonly kernel: readonly number[];
  readonly stride: number;
  readonly innermost: boolean;
}

const axis = fc.record({
  size: fc.constantFrom(1, 2, 3, 4, 5, 8),
  kernel: fc.constantFrom(1, 3, 3, 5, 7),
});
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.constantFrom(1, 2, 3),
    channels: fc.constantFrom(1, 3, 8, 16, 20),
    out: fc.constantFrom(2, 8, 16, 20),
    axes: fc.array(axis, { minLength: 2, maxLength: 3 }),
    stride: fc.constantFrom(1, 2),
    innermost: fc.boolean(),
  })
  .map(({ batch, channels, axes, ...rest }) => ({
    ...rest,
    shape: [batch, channels, ...axes.map(({ size }) => size)],
    kernel: axes.map(({ kernel }) => kernel),
  }));

/** Fills the allocator's free blocks with large numbers, so that what reads uninitialised memory shows. */
function litter(): void {
  scope(() => {
    for (let bits = 6; bits < 22; bits += 2) ops.full([1 << bits], 1e38, { dtype: "float32" });
  });
}

function run(c: Case, input: Tensor, weight: Tensor, gradient: Tensor, dtype: DType): Tensor[] {
  const memoryFormat = c.innermost
    ? c.shape.length === 5
      ? "channels_last_3d"
      : "channels_last"
    : "contiguous";
  const x = ops.toDtype(ops.contiguous(input, { memoryFormat }), dtype, { copy: true }).requiresGrad_();
  const w = ops.toDtype(weight, dtype, { copy: true }).requiresGrad_();
  const padding = c.kernel.map((size) => (size - 1) / 2);
  const y = convolve(x, w, { stride: c.stride, padding });
  litter();
  backward(y, ops.toDtype(gradient, dtype));
  return [y, x.grad!, w.grad!].map((result) => ops.toDtype(result, "float64"));
}

it.each([
  ["bfloat16", 0.01],
  ["float32", 1e-5],
] as const)(
  "is right in %s whatever the sizes, also where the map is smaller than the kernel",
  (dtype, tolerance) => {
    setThreads(1);
    manualSeed(5);
    fc.assert(
      fc.property(anyCase, (c) =>
        scope(() => {
          const rounded = (shape: readonly number[]) =>
            ops.toDtype(ops.toDtype(ops.randn(shape, { dtype: "float32" }), "bfloat16"), "float64");
          const input = rounded(c.shape);
          const weight = rounded([c.out, c.shape[1]!, ...c.kernel]);
          const size = c.shape.slice(2).map((n) => Math.ceil(n / c.stride));
          const gradient = rounded([c.shape[0]!, c.out, ...size]);
          const exact = run(c, input, weight, gradient, "float64");
          run(c, input, weight, gradient, dtype).forEach((result, i) => {
            const error = ops.max(ops.abs(ops.sub(result, exact[i]!))).item();
            // Inputs are exact in bfloat16 and sums are kept in float32: one rounding of 2^-9 of the result.
            expect(error).toBeLessThan(tolerance * (1 + ops.max(ops.abs(exact[i]!)).item()));
          });
        }),
      ),
      { numRuns: 150 },
    );
  },
);
