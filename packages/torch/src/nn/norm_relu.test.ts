import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { backward, noGrad } from "../autograd.ts";
import type { DType } from "../dtype.ts";
import * as ops from "../ops.generated.ts";
import { manualSeed, setThreads } from "../runtime.ts";
import { liveTensors, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { BatchNorm, GroupNorm } from "./index.ts";
import { composedNormRelu, normRelu } from "./norm_relu.ts";

interface Case {
  readonly batch: number;
  /** Of each map. */
  readonly channels: readonly number[];
  readonly spatial: readonly number[];
  readonly innermost: boolean;
  readonly training: boolean;
  readonly norm: "batch" | "one group" | "pairs of channels" | "each channel";
}
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    channels: fc.array(fc.constantFrom(1, 3, 4, 8, 16, 20, 37), { minLength: 1, maxLength: 3 }),
    spatial: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 3 }),
    innermost: fc.boolean(),
    training: fc.boolean(),
    norm: fc.constantFrom("batch", "one group", "pairs of channels", "each channel"),
  })
  .filter(({ batch, spatial }) => batch * spatial.reduce((a, b) => a * b) > 1);

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const float64 = (tensor: Tensor): Tensor => ops.toDtype(tensor, "float64");

function normOf({ norm, channels }: Case): BatchNorm | GroupNorm {
  const total = sumOf(channels);
  if (norm === "batch") return new BatchNorm(total);
  if (norm === "each channel") return new GroupNorm(total, total);
  return new GroupNorm(norm === "one group" || total % 2 === 1 ? 1 : total / 2, total);
}

/** Output, gradients of the maps, of weight and bias, and running statistics, all in float64. */
function run(form: typeof normRelu, c: Case, dtype: DType, numbers: readonly Tensor[]): Tensor[] {
  const norm = normOf(c);
  const [weight, bias, gradient, ...maps] = numbers as [Tensor, Tensor, Tensor, ...Tensor[]];
  try {
    return scope(() => {
      if (dtype === "float64") norm.to({ dtype });
      noGrad(() => [ops.copy_(norm.weight, weight), ops.copy_(norm.bias, bias)]);
      norm.train(c.training);
      const format = c.spatial.length === 2 ? "channels_last" : "channels_last_3d";
      const memoryFormat = c.innermost && form === normRelu ? format : "contiguous";
      const inputs = maps.map((map) =>
        ops.toDtype(ops.contiguous(map, { memoryFormat }), dtype, { copy: true }).requiresGrad_(),
      );
      const output = form(norm, inputs);
      backward(output, ops.toDtype(gradient, output.dtype));
      const trained = [norm.weight, norm.bias].map((parameter) => parameter.grad!);
      const state = norm instanceof BatchNorm ? [norm.runningMean, norm.runningVar] : [];
      return [output, ...inputs.map((input) => input.grad!), ...trained, ...state].map(float64);
    });
  } finally {
    norm.dispose();
  }
}

/** Numbers for a case. Maps are rounded to bfloat16, so that all dtypes see the same input. */
function numbersFor(c: Case): Tensor[] {
  const total = sumOf(c.channels);
  const random = (channels: number) => ops.randn([c.batch, channels, ...c.spatial], { dtype: "float32" });
  const maps = c.channels.map((channels) => float64(ops.toDtype(random(channels), "bfloat16")));
  const affine = [
    ops.add(ops.rand([total], { dtype: "float32" }), 0.5),
    ops.randn([total], { dtype: "float32" }),
  ];
  return [...affine, random(total), ...maps];
}

const distance = (a: Tensor, b: Tensor): number =>
  scope(() => ops.linalgVectorNorm(ops.sub(a, b)).item() / (ops.linalgVectorNorm(b).item() + 1e-3));

describe("normRelu", () => {
  beforeAll(() => setThreads(1));

  it("equals libtorch's operators in float64", () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), (c, seed) =>
        scope(() => {
          manualSeed(seed);
          const numbers = numbersFor(c);
          const expected = run(composedNormRelu, c, "float64", numbers);
          run(normRelu, c, "float64", numbers).forEach((actual, i) => {
            expect(actual.shape).toEqual(expected[i]!.shape);
            expect(distance(actual, expected[i]!), `result ${i}`).toBeLessThan(1e-9);
          });
        }),
      ),
      { numRuns: 60 },
    );
  });

  // of fewer values a channel gradients are differences of nearly equal numbers, which float64 alone can tell apart
  const manyValues = anyCase.filter(({ batch, spatial }) => batch * spatial.reduce((a, b) => a * b) >= 16);
  it.each([
    ["float32", { batch: 2e-5, groups: 1e-4 }],
    ["bfloat16", { batch: 0.01, groups: 0.02 }],
  ] as const)("is in %s as close to the exact values as libtorch's operators", (dtype, rounding) => {
    fc.assert(
      fc.property(manyValues, fc.nat(), (c, seed) =>
        scope(() => {
          manualSeed(seed);
          const numbers = numbersFor(c);
          const exact = run(composedNormRelu, c, "float64", numbers);
          const composed = run(composedNormRelu, c, dtype, numbers);
          run(normRelu, c, dtype, numbers).forEach((actual, i) => {
            const error = distance(composed[i]!, exact[i]!);
            expect(distance(actual, exact[i]!), `result ${i}`).toBeLessThan(
              1.5 * error + (c.norm === "batch" ? rounding.batch : rounding.groups),
            );
          });
        }),
      ),
      { numRuns: 40 },
    );
  });

  it("does not depend on the number of threads, and frees what it needs", () => {
    const sizes = { batch: 2, channels: [20, 48], spatial: [37, 29], innermost: true, training: true };
    for (const norm of ["batch", "pairs of channels"] as const) {
      const c = { ...sizes, norm };
      scope(() => {
        const numbers = numbersFor(c);
        const before = liveTensors();
        scope(() => {
          const one = run(normRelu, c, "float32", numbers);
          setThreads(2);
          const two = run(normRelu, c, "float32", numbers);
          setThreads(1);
          expect(one.every((tensor, i) => ops.equal(tensor, two[i]!))).toBe(true);
        });
        expect(liveTensors()).toBe(before);
      });
    }
  });

  it("passes on what is not a number, and infinities", () => {
    const norm = new BatchNorm(1).eval();
    for (const dtype of ["float32", "bfloat16"] as const)
      scope(() => {
        const input = ops.full([1, 1, 1, 3], 0, { dtype: "float32" });
        ops.copy_(ops.select(input, 3, 0), ops.full([1, 1, 1], Number.NaN, { dtype: "float32" }));
        ops.copy_(
          ops.select(input, 3, 1),
          ops.full([1, 1, 1], Number.POSITIVE_INFINITY, { dtype: "float32" }),
        );
        ops.copy_(
          ops.select(input, 3, 2),
          ops.full([1, 1, 1], Number.NEGATIVE_INFINITY, { dtype: "float32" }),
        );
        const output = noGrad(() => normRelu(norm, [ops.toDtype(input, dtype)]));
        expect(ops.toDtype(output, "float32").toArray()).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0]);
      });
    norm.dispose();
  });

  it("refuses maps that do not fit each other or the norm", () => {
    const norm = new BatchNorm(4);
    const groups = new GroupNorm(2, 4);
    scope(() => {
      const map = (...shape: number[]) => ops.ones(shape, { dtype: "float32" });
      expect(() => normRelu(norm, [map(2, 2, 3, 3), map(2, 2, 3, 4)])).toThrow(/more than their channels/);
      expect(() => normRelu(norm, [map(2, 3, 3, 3)])).toThrow(/must be 3 values/);
      expect(() => normRelu(norm, [map(1, 4, 1, 1)])).toThrow(/more than one value/);
      expect(() => normRelu(groups, [map(2, 3, 3, 3)])).toThrow(/3 channels are not a multiple of 2 groups/);
      expect(() => normRelu(groups, [map(2, 6, 3, 3)])).toThrow(/must be 6 values/);
    });
    norm.dispose();
    groups.dispose();
  });
});
