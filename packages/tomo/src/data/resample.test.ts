import { scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filled } from "../conformance/images.ts";
import { type Interpolation, resampleAxis } from "./resample.ts";

const along = (values: number[], positions: number[], how: Interpolation) =>
  resampleAxis(tensor(values), 0, positions, how).toArray();

describe("resampleAxis", () => {
  it("interpolates between neighbours, continues the edge for half a voxel, is zero beyond", () => {
    scope(() => {
      const positions = [-0.6, -0.5, 0, 0.25, 1, 1.5, 2, 2.5, 2.6];
      expect(along([4, 8, 16], positions, "linear")).toEqual([0, 4, 4, 5, 8, 12, 16, 16, 0]);
      expect(along([4, 8, 16], positions, "nearest")).toEqual([0, 4, 4, 4, 8, 16, 16, 16, 0]);
    });
  });

  it("takes positions that are a rounding error off a voxel for that voxel", () => {
    scope(() => {
      expect(along([4, 8, 16], [0.00001, 0.99999], "linear")).toEqual([4, 8]);
    });
  });

  it("works along any axis and computes whole numbers as float32", () => {
    scope(() => {
      const data = filled([2, 3, 2], (n) => n, "uint8");
      const middle = resampleAxis(data, 1, [0.5, 1.5], "linear");
      expect(middle).toMatchObject({ shape: [2, 2, 2], dtype: "float32" });
      expect(middle.toArray()).toEqual([1, 2, 3, 4, 7, 8, 9, 10]);
      expect(resampleAxis(data, 1, [0.4], "nearest")).toMatchObject({ shape: [2, 1, 2], dtype: "uint8" });
    });
  });

  it("keeps linear ramps, and every value between its neighbours", () => {
    const position = fc.double({ min: 0, max: 6, noNaN: true });
    fc.assert(
      fc.property(fc.array(position, { minLength: 1, maxLength: 8 }), (positions) => {
        scope(() => {
          along([0, 1, 2, 3, 4, 5, 6], positions, "linear").forEach((value, n) => {
            expect(Math.abs(value - positions[n]!)).toBeLessThan(2e-4);
          });
        });
      }),
    );
  });
});
