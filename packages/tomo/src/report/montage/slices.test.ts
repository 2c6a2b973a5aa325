import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseSlices, layoutOf, takeSlice } from "./slices.ts";
import type { View } from "./view.ts";

const view = (reversed: View["reversed"] = [false, false, false]): View => ({
  normal: 2,
  horizontal: 0,
  vertical: 1,
  reversed,
  pixelWidth: 1,
  pixelHeight: 1,
  edges: null,
  name: "axial",
});
const shape = [2, 3, 4];
/** Value 100 i + 10 j + k at index (i, j, k). */
const volume = (fastest: "first" | "last") => {
  const { strides } = layoutOf(shape, fastest);
  const data = new Float32Array(24);
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 3; j++)
      for (let k = 0; k < 4; k++)
        data[i * strides[0]! + j * strides[1]! + k * strides[2]!] = 100 * i + 10 * j + k;
  return data;
};

describe("takeSlice", () => {
  it.each(["first", "last"] as const)("reads either memory order (%s index fastest)", (fastest) => {
    const slice = takeSlice(volume(fastest), layoutOf(shape, fastest), view(), 3);
    expect(slice).toEqual({ width: 2, height: 3, values: Float32Array.of(3, 103, 13, 113, 23, 123) });
  });

  it("turns the slice as the view says", () => {
    const slice = takeSlice(volume("first"), layoutOf(shape, "first"), view([false, true, true]), 0);
    expect([...slice.values]).toEqual([120, 20, 110, 10, 100, 0]);
  });
});

describe("chooseSlices", () => {
  const layout = layoutOf([4, 4, 100], "first");
  const mask = (from: number, to: number) => {
    const data = new Uint8Array(1600);
    data.fill(1, 16 * from, 16 * to);
    return data;
  };

  it("spreads over the foreground, in page order", () => {
    expect(chooseSlices([mask(40, 80)], layout, view(), 4)).toEqual([45, 55, 65, 75]);
    expect(chooseSlices([mask(40, 80)], layout, view([true, false, false]), 4)).toEqual([75, 65, 55, 45]);
  });

  it("is not led astray by a stray voxel", () => {
    const data = mask(40, 80);
    data[0] = 1;
    expect(chooseSlices([data], layout, view(), 4)).toEqual([45, 55, 65, 75]);
  });

  it("takes label and prediction together, and everything where both are empty", () => {
    expect(chooseSlices([mask(10, 20), mask(70, 80)], layout, view(), 2)).toEqual([27, 62]);
    expect(chooseSlices([mask(0, 0)], layout, view(), 4)).toEqual([12, 37, 62, 87]);
  });

  it("gives different slices inside the foreground, as many as there are up to the wish", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 9 }),
        (from, length, rows) => {
          const to = Math.min(100, from + length);
          const indices = chooseSlices([mask(from, to)], layout, view(), rows);
          expect(new Set(indices).size).toBe(indices.length);
          expect(indices.length).toBeGreaterThanOrEqual(Math.min(rows, Math.floor(0.9 * (to - from))));
          for (const index of indices) expect(index >= from && index < to).toBe(true);
        },
      ),
    );
  });
});
