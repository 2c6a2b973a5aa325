import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  affineAfterCrop,
  affineAfterFlip,
  affineAfterPermute,
  affineAfterResize,
  affineInverse,
  affineMultiply,
  affineOf,
  determinantOf,
  identityAffine,
  type Point,
  spacingOf,
  transformPoint,
} from "./affine.ts";

/** Rotated, anisotropic, sheared, never near singular. */
const oblique = [0.9, 0.1, -0.3, -90, 0.2, -1.2, 0.2, 40, -0.1, 0.3, 2.5, 15, 0, 0, 0, 1];
const number = (size: number) => fc.double({ min: -size, max: size, noNaN: true });
const point: fc.Arbitrary<Point> = fc.tuple(number(50), number(50), number(50));
const affines = fc
  .tuple(fc.array(number(0.4), { minLength: 9, maxLength: 9 }), point)
  .map(([noise, origin]) => {
    const column = (axis: number): Point =>
      [0, 1, 2].map((row) => noise[3 * axis + row]! + (row === axis ? 2 : 0)) as never;
    return affineOf([column(0), column(1), column(2)], origin);
  });
const close = (actual: readonly number[], expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries()) expect(value).toBeCloseTo(expected[index]!, 8);
};

describe("affine algebra", () => {
  it("measures spacing along columns and volume by the determinant", () => {
    close(spacingOf([-2, 0, 0, 5, 0, 0, 3, 6, 0, 4, 0, 7, 0, 0, 0, 1]), [2, 4, 3]);
    expect(determinantOf([-2, 0, 0, 5, 0, 0, 3, 6, 0, 4, 0, 7, 0, 0, 0, 1])).toBe(24);
  });

  it("inverts: world back to index", () => {
    fc.assert(
      fc.property(affines, point, (affine, index) => {
        close(transformPoint(affineInverse(affine), transformPoint(affine, index)), index);
        close(affineMultiply(affineInverse(affine), affine), identityAffine);
      }),
    );
  });

  it("multiplies as function composition", () => {
    fc.assert(
      fc.property(affines, affines, point, (a, b, index) => {
        close(transformPoint(affineMultiply(a, b), index), transformPoint(a, transformPoint(b, index)));
      }),
    );
  });

  it.each([
    ["singular", [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0, 1]],
    ["not finite", [1, 0, 0, Number.NaN, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
  ])("refuses to invert what is %s", (_, affine) => {
    expect(() => affineInverse(affine)).toThrow(RangeError);
  });
});

describe("affine after a change of the array: the same voxel stays at the same place", () => {
  const index: Point = [3, 5, 7];
  const place = transformPoint(oblique, index);

  it("flip", () => {
    close(transformPoint(affineAfterFlip(oblique, 1, 20), [3, 20 - 1 - 5, 7]), place);
    fc.assert(
      fc.property(
        affines,
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 600 }),
        (affine, axis, size) => {
          close(affineAfterFlip(affineAfterFlip(affine, axis, size), axis, size), affine);
        },
      ),
    );
  });

  it("permute: new axis n is old axis order[n]", () => {
    close(transformPoint(affineAfterPermute(oblique, [2, 0, 1]), [7, 3, 5]), place);
    expect(() => affineAfterPermute(oblique, [0, 0, 1])).toThrow(RangeError);
  });

  it("crop and pad", () => {
    close(transformPoint(affineAfterCrop(oblique, [1, 5, -2]), [2, 0, 9]), place);
    expect(affineAfterCrop(oblique, [0, 0, 0])).toEqual(oblique);
  });

  it("resize: corners of the volume stay, spacing scales", () => {
    fc.assert(
      fc.property(
        affines,
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 6, maxLength: 6 }),
        (affine, sizes) => {
          const [from, to] = [sizes.slice(0, 3), sizes.slice(3)];
          const resized = affineAfterResize(affine, from, to);
          close(transformPoint(resized, [-0.5, -0.5, -0.5]), transformPoint(affine, [-0.5, -0.5, -0.5]));
          const end = (size: number[]) => size.map((value) => value - 0.5) as unknown as Point;
          close(transformPoint(resized, end(to)), transformPoint(affine, end(from)));
        },
      ),
    );
  });
});
