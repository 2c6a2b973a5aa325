import { dispose, ops, scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { expect, it } from "vitest";
import { fromLevels, levelsOf } from "./levels.ts";

/** Float32 values given by their bits: NaNs with payloads, infinities, -0 and denormals among them. */
const patterns = fc.array(
  fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constant(-(2 ** 31))),
  {
    minLength: 1,
    maxLength: 300,
  },
);
const imageOfBits = (bits: readonly number[]): Tensor =>
  tensor(new Float32Array(Int32Array.from(bits).buffer));
const bitsOf = (image: Tensor): number[] => Array.from(new Int32Array(image.toTypedArray().buffer));

it("images come back bit by bit, in any element type of the numbers", () => {
  fc.assert(
    fc.property(patterns, fc.array(fc.nat(299), { minLength: 1, maxLength: 500 }), (levels, voxels) =>
      scope(() => {
        const bits = voxels.map((n) => levels[n % levels.length]!);
        const found = levelsOf(imageOfBits(bits))!;
        const distinct = new Set([0, ...bits]).size;
        expect(found.levels).toHaveLength(distinct);
        expect(found.numbers.dtype).toBe(distinct <= 256 ? "uint8" : "int16");
        expect(bitsOf(fromLevels(found.numbers, found.levels))).toEqual(bits);
      }),
    ),
  );
});

it("the number 0 stands for +0, also where the image has none", () => {
  const found = levelsOf(tensor([3, 0, -0, 3]))!;
  expect(found.numbers.toArray()).toEqual([1, 0, 2, 1]);
  expect(Array.from(new Float32Array(found.levels.slice().buffer))).toEqual([0, 3, -0]);
  dispose(found.numbers);
  const without = levelsOf(tensor([7]))!;
  expect(without.numbers.toArray()).toEqual([1]);
  dispose(without.numbers);
});

it("images longer than a piece keep their shape, up to 32,768 levels", () =>
  scope(() => {
    const length = 3 * 65_536 + 5;
    const ramp = (levels: number) =>
      ops.reshape(ops.remainder(ops.arange(length, { dtype: "float32" }), levels), [1, -1]);
    const image = ramp(32_768);
    const found = levelsOf(image)!;
    expect(found.numbers.shape).toEqual([1, length]);
    expect(ops.equal(fromLevels(found.numbers, found.levels), image)).toBe(true);
    expect(levelsOf(ramp(32_769))).toBeNull();
  }));
