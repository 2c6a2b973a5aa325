import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../testing/oracle.ts";
import {
  affineAfterFlip,
  affineAfterPermute,
  affineOf,
  identityAffine,
  type Point,
  transformPoint,
} from "./affine.ts";
import { axisDirections, closestCanonical, orientationOf } from "./orientation.ts";
import { RandomStream } from "./random.ts";

const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]; // biome-ignore format: one row
const entry = fc.double({ min: -3, max: 3, noNaN: true });
const column: fc.Arbitrary<Point> = fc.tuple(entry, entry, entry);
const anyAffine = fc.tuple(column, column, column).map((columns) => affineOf(columns, [10, -20, 30]));

describe("orientationOf", () => {
  it("names the direction in which each index grows", () => {
    expect(orientationOf(identityAffine)).toBe("RAS");
    expect(orientationOf([-2, 0, 0, 32, 0, 2, 0, -40, 0, 0, 2, -16, 0, 0, 0, 1])).toBe("LAS");
    expect(orientationOf([0, 0, -1, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1])).toBe("PSL");
  });

  it("follows flips and permutations: all 48 orientations are told apart", () => {
    const codes = orders.flatMap((order) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
        [0, 1, 2].reduce(
          (affine, axis) => (bits & (1 << axis) ? affineAfterFlip(affine, axis, 9) : affine),
          affineAfterPermute(identityAffine, order),
        ),
      ),
    );
    expect(new Set(codes.map(orientationOf)).size).toBe(48);
  });

  it("gives every array axis a world axis of its own, also for singular and sheared affines", () => {
    fc.assert(
      fc.property(fc.oneof(anyAffine, fc.constant(new Array(16).fill(0) as number[])), (affine) => {
        expect(
          axisDirections(affine)
            .map(({ world }) => world)
            .sort(),
        ).toEqual([0, 1, 2]);
      }),
    );
  });
});

describe("closestCanonical", () => {
  it("leads to the same voxels at the same places, in RAS", () => {
    const shape = [5, 6, 7];
    fc.assert(
      fc.property(anyAffine, fc.nat(4), fc.nat(5), fc.nat(6), (affine, i, j, k) => {
        const { order, flip, affine: canonical } = closestCanonical(affine, shape);
        const old = [i, j, k];
        const moved = order.map((axis, n) => (flip[n] ? shape[axis]! - 1 - old[axis]! : old[axis]!));
        const [before, after] = [
          transformPoint(affine, old as never),
          transformPoint(canonical, moved as never),
        ];
        for (const row of [0, 1, 2] as const) expect(after[row]).toBeCloseTo(before[row], 8);
      }),
    );
  });

  it("does nothing to an image that is RAS already", () => {
    expect(closestCanonical(identityAffine, [4, 5, 6])).toEqual({
      order: [0, 1, 2],
      flip: [false, false, false],
      affine: identityAffine,
    });
  });
});

describeWithOracle(["nibabel"], "orientationOf against nibabel", () => {
  it("agrees on 500 random affines, strongly sheared ones among them", () => {
    const random = new RandomStream({ seed: 1 });
    const affines = Array.from({ length: 500 }, () => {
      const next = (): Point => [random.normal(), random.normal(), random.normal()];
      return affineOf([next(), next(), next()], next());
    });
    const script = `
import sys, json, numpy as np, nibabel
print(json.dumps(["".join(nibabel.aff2axcodes(np.reshape(a, (4, 4)))) for a in json.loads(sys.argv[1])]))`;
    expect(affines.map(orientationOf)).toEqual(runOracle(script, [JSON.stringify(affines)]));
  });
});
