import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverage, paddingFor, windowCorners, windowStarts } from "./window_grid.ts";

const length = fc.integer({ min: 1, max: 60 });
const overlap = fc.constantFrom(0, 0.25, 0.5, 0.9);

describe("windowStarts", () => {
  it("covers every voxel, stays inside, ascends without repeats, starts at 0 and ends with the axis", () => {
    fc.assert(
      fc.property(length, length, overlap, (a, b, part) => {
        const [axis, roi] = [Math.max(a, b), Math.min(a, b)];
        const starts = windowStarts(axis, roi, part);
        expect(starts[0]).toBe(0);
        expect(starts.at(-1)).toBe(axis - roi);
        expect(new Set(starts).size).toBe(starts.length);
        expect(starts.toSorted((x, y) => x - y)).toEqual(starts);
        expect(Math.min(...coverage(starts, roi, axis))).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it("steps by floor(roi · 0.75)", () => {
    expect(windowStarts(512, 160, 0.25)).toEqual([0, 120, 240, 352]);
    expect(windowStarts(160, 160, 0.25)).toEqual([0]);
    expect(windowStarts(3, 1, 0.25)).toEqual([0, 1, 2]);
  });
});

describe("coverage", () => {
  it("adds up to windows times their length", () => {
    fc.assert(
      fc.property(length, length, overlap, (a, b, part) => {
        const [axis, roi] = [Math.max(a, b), Math.min(a, b)];
        const starts = windowStarts(axis, roi, part);
        const sum = coverage(starts, roi, axis).reduce((total, count) => total + count, 0);
        expect(sum).toBe(starts.length * roi);
      }),
    );
  });
});

describe("paddingFor", () => {
  it("pads symmetrically to the window, the odd voxel behind, and leaves long axes alone", () => {
    expect(paddingFor([3, 10, 5], [6, 4, 5])).toEqual({ before: [1, 0, 0], after: [2, 0, 0] });
  });
});

describe("windowCorners", () => {
  it("runs the last axis fastest", () => {
    expect(windowCorners([[0, 4], [7], [1, 2]])).toEqual([
      [0, 7, 1],
      [0, 7, 2],
      [4, 7, 1],
      [4, 7, 2],
    ]);
  });
});
