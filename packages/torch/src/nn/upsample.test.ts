import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { backward } from "../autograd.ts";
import type { DType } from "../dtype.ts";
import * as ops from "../ops.generated.ts";
import { manualSeed, setThreads } from "../runtime.ts";
import { liveTensors, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { upsampleTo } from "./upsample.ts";

interface Case {
  readonly batch: number;
  readonly channels: number;
  /** Of each axis before and after. */
  readonly spatial: readonly (readonly [number, number])[];
  readonly innermost: boolean;
  readonly alignCorners: boolean;
}
const size = fc.integer({ min: 1, max: 9 });
const anyCase: fc.Arbitrary<Case> = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  channels: fc.integer({ min: 1, max: 20 }),
  spatial: fc.array(fc.tuple(size, size), { minLength: 2, maxLength: 3 }),
  innermost: fc.boolean(),
  alignCorners: fc.boolean(),
});

type Form = (input: Tensor, size: readonly number[], alignCorners: boolean) => Tensor;
const own: Form = (input, target, alignCorners) =>
  upsampleTo(input, target, { mode: "linear", alignCorners });
const libtorchs: Form = (input, ...rest) =>
  (input.rank === 4 ? ops.upsampleBilinear2d : ops.upsampleTrilinear3d)(input, ...rest);

const channelsLast = (tensor: Tensor): Tensor =>
  ops.contiguous(tensor, { memoryFormat: tensor.rank === 4 ? "channels_last" : "channels_last_3d" });

/** Maps and the gradient of their interpolation, both representable in bfloat16. */
function numbersFor({ batch, channels, spatial }: Case): readonly [Tensor, Tensor] {
  const random = (sizes: readonly number[]) =>
    ops.toDtype(ops.randn([batch, channels, ...sizes], { dtype: "float32" }), "bfloat16");
  return [random(spatial.map(([from]) => from)), random(spatial.map(([, to]) => to))];
}

/** The interpolation, and the gradient of the maps. */
function run(
  form: Form,
  c: Case,
  dtype: DType,
  [maps, gradient]: readonly [Tensor, Tensor],
): [Tensor, Tensor] {
  const input = ops.toDtype(c.innermost ? channelsLast(maps) : maps, dtype, { copy: true }).requiresGrad_();
  const target = c.spatial.map(([, to]) => to);
  const output = form(input, target, c.alignCorners);
  backward(output, ops.toDtype(gradient, dtype));
  return [output, input.grad!];
}

/** By how much the difference of two values exceeds a share of the second, at most. */
function excess(actual: Tensor, expected: Tensor, share: number): number {
  return scope(() => {
    const [result, exact] = [actual, expected].map((tensor) => ops.toDtype(tensor, "float64")) as [
      Tensor,
      Tensor,
    ];
    return ops.max(ops.sub(ops.abs(ops.sub(result, exact)), ops.mul(ops.abs(exact), share))).item();
  });
}

describe("linear interpolation", () => {
  beforeAll(() => setThreads(1));

  // half the distance of two bfloat16 numbers is at most 2^-8 of them; float32 has errors of positions as well
  it.each([
    ["float64", "float64", 1e-12, 1e-12],
    ["float32", "float32", 1e-6, 5e-5],
    ["bfloat16", "float64", 2 ** -8, 5e-5],
  ] as const)("in %s equals libtorch's in %s", (dtype, exact, share, rest) => {
    fc.assert(
      fc.property(anyCase, fc.nat(), (c, seed) =>
        scope(() => {
          manualSeed(seed);
          const numbers = numbersFor(c);
          const expected = run(libtorchs, c, exact, numbers);
          run(own, c, dtype, numbers).forEach((actual, i) => {
            expect(actual).toMatchObject({ shape: expected[i]!.shape, strides: expected[i]!.strides, dtype });
            expect(excess(actual, expected[i]!, share), `result ${i}`).toBeLessThan(rest);
          });
        }),
      ),
      { numRuns: 150 },
    );
  });

  it.each([true, false])("does not depend on the number of threads (channels innermost: %s)", (innermost) => {
    const axis = [13, 31] as const;
    const c = { batch: 2, channels: 7, spatial: [axis, axis, axis], innermost, alignCorners: false };
    scope(() => {
      const numbers = numbersFor(c);
      const before = liveTensors();
      scope(() => {
        const one = run(own, c, "float32", numbers);
        setThreads(2);
        const two = run(own, c, "float32", numbers);
        setThreads(1);
        expect(one.every((tensor, i) => ops.equal(tensor, two[i]!))).toBe(true);
      });
      expect(liveTensors()).toBe(before);
    });
  });

  it("takes parts of maps and gradients that are one number repeated", () =>
    scope(() => {
      const whole = ops.randn([2, 6, 5, 4], { dtype: "float64" });
      const gradients = [own, libtorchs].map((form) => {
        const part = ops.narrow(channelsLast(whole), 1, 1, 4).requiresGrad_();
        backward(ops.sum(form(part, [3, 9], true)));
        return part.grad!;
      });
      expect(excess(gradients[0]!, gradients[1]!, 0)).toBeLessThan(1e-12);
    }));

  it("keeps infinities from voxels that do not border on them", () =>
    scope(() => {
      const input = ops.reshape(
        ops.cat([ops.ones([2]), ops.full([1], Number.POSITIVE_INFINITY)]),
        [1, 1, 1, 3],
      );
      const output = own(ops.toDtype(input, "float32"), [1, 5], true);
      expect(output.toArray()).toEqual([1, 1, 1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    }));

  it("refuses sizes that do not fit the maps or are not above 0", () =>
    scope(() => {
      const maps = ops.ones([1, 2, 3, 3], { dtype: "float32" });
      expect(() => own(maps, [2, 2, 2], false)).toThrow(/a size for each of 2 or 3 spatial axes/);
      expect(() => own(maps, [0, 2], false)).toThrow(/sizes greater than 0/);
      expect(() => own(ops.ones([1, 2, 0, 3], { dtype: "float32" }), [2, 2], false)).toThrow(
        /greater than 0/,
      );
    }));
});
