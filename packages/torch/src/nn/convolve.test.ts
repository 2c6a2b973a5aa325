import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { backward } from "../autograd.ts";
import type { DType, MemoryFormat } from "../dtype.ts";
import * as ops from "../ops.generated.ts";
import { manualSeed, setThreads } from "../runtime.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { convolve, convolveTransposed } from "./index.ts";

interface Case {
  readonly shape: readonly number[];
  readonly out: number;
  readonly groups: number;
  readonly innermost: boolean;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

const axis = fc
  .record({
    size: fc.constantFrom(1, 2, 3, 4, 5, 8, 17, 24),
    kernel: fc.constantFrom(1, 2, 3, 3, 5, 7),
    stride: fc.constantFrom(1, 1, 2, 2, 3),
    dilation: fc.constantFrom(1, 1, 1, 2),
    isPadded: fc.boolean(),
  })
  .map(({ isPadded, ...rest }) => ({ ...rest, padding: isPadded ? Math.floor((rest.kernel - 1) / 2) : 0 }));
const channels = fc.constantFrom(1, 2, 3, 8, 13, 16, 20);
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.constantFrom(1, 2, 3),
    ins: channels,
    out: channels,
    groups: fc.constantFrom(1, 1, 1, 3),
    axes: fc.array(axis, { minLength: 2, maxLength: 3 }),
    innermost: fc.boolean(),
  })
  .map(({ batch, ins, axes, out, ...rest }) => ({
    ...rest,
    out: out * rest.groups,
    shape: [batch, ins * rest.groups, ...axes.map(({ size }) => size)],
    kernel: axes.map(({ kernel }) => kernel),
    stride: axes.map(({ stride }) => stride),
    padding: axes.map(({ padding }) => padding),
    dilation: axes.map(({ dilation }) => dilation),
  }));

const reach = (c: Case, i: number) => c.dilation[i]! * (c.kernel[i]! - 1) + 1;

/** Both kinds of convolution, and the length of their results along an axis of `n`. */
const kinds = {
  convolve: {
    run: convolve,
    weightShape: (c: Case) => [c.out, c.shape[1]! / c.groups, ...c.kernel],
    length: (c: Case, n: number, i: number) =>
      Math.floor((n + 2 * c.padding[i]! - reach(c, i)) / c.stride[i]!) + 1,
  },
  convolveTransposed: {
    run: convolveTransposed,
    weightShape: (c: Case) => [c.shape[1]!, c.out / c.groups, ...c.kernel],
    length: (c: Case, n: number, i: number) => (n - 1) * c.stride[i]! - 2 * c.padding[i]! + reach(c, i),
  },
};
type Kind = (typeof kinds)[keyof typeof kinds];

const resultShape = (kind: Kind, c: Case): number[] => [
  c.shape[0]!,
  c.out,
  ...c.shape.slice(2).map((n, i) => kind.length(c, n, i)),
];

/** Fills the allocator's free blocks with large numbers, so that what reads uninitialised memory shows. */
function litter(): void {
  scope(() => {
    for (let bits = 6; bits < 22; bits += 2) ops.full([1 << bits], 1e38, { dtype: "float32" });
  });
}

/** The result and the gradients of input and weight, as float64. */
function results(kind: Kind, c: Case, [input, weight, gradient]: readonly Tensor[], dtype: DType): Tensor[] {
  const channelsLast: MemoryFormat = c.shape.length === 5 ? "channels_last_3d" : "channels_last";
  const memoryFormat = c.innermost ? channelsLast : "contiguous";
  const x = ops.toDtype(ops.contiguous(input!, { memoryFormat }), dtype, { copy: true }).requiresGrad_();
  const w = ops.toDtype(weight!, dtype, { copy: true }).requiresGrad_();
  litter();
  const y = kind.run(x, w, c);
  litter();
  backward(y, ops.toDtype(gradient!, dtype));
  return [y, x.grad!, w.grad!].map((result) => ops.toDtype(result, "float64"));
}

/** Normal numbers that are exact in bfloat16. */
const rounded = (shape: readonly number[]): Tensor =>
  ops.toDtype(ops.toDtype(ops.randn(shape, { dtype: "float32" }), "bfloat16"), "float64");

describe.each(["convolve", "convolveTransposed"] as const)("%s", (name) => {
  const kind = kinds[name];
  beforeAll(() => {
    setThreads(1);
    manualSeed(5);
  });

  it.each([
    ["bfloat16", 0.01],
    ["float32", 1e-5],
  ] as const)("is right in %s whatever the sizes, also of a single position", (dtype, tolerance) => {
    const possible = anyCase.filter((c) => resultShape(kind, c).every((size) => size > 0));
    fc.assert(
      fc.property(possible, (c) =>
        scope(() => {
          const given = [rounded(c.shape), rounded(kind.weightShape(c)), rounded(resultShape(kind, c))];
          const exact = results(kind, c, given, "float64");
          results(kind, c, given, dtype).forEach((result, i) => {
            const error = ops.max(ops.abs(ops.sub(result, exact[i]!))).item();
            // Sums are kept in float32: one rounding of 2^-9 of the result in bfloat16.
            expect(error).toBeLessThan(tolerance * (1 + ops.max(ops.abs(exact[i]!)).item()));
          });
        }),
      ),
      { numRuns: 200, seed: 5 },
    );
  });
});
