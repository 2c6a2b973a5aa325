import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cubic, linear, resample } from "./resample.ts";

const slice = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, n) => value(n % width, Math.floor(n / width))),
});
const sizes = fc.integer({ min: 1, max: 30 });

describe.each([
  ["linear", linear],
  ["cubic", cubic],
])("resample, %s", (_, kernel) => {
  it("keeps a constant whatever the sizes", () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, sizes, (width, height, toWidth, toHeight) => {
        const result = resample(
          slice(width, height, () => 3),
          { x: 0, y: 0, width, height },
          toWidth,
          toHeight,
          kernel,
        );
        for (const value of result) expect(value).toBeCloseTo(3, 5);
      }),
    );
  });

  it("changes nothing at the same size", () => {
    const source = slice(5, 4, (x, y) => Math.sin(3 * x + y));
    const result = resample(source, { x: 0, y: 0, width: 5, height: 4 }, 5, 4, kernel);
    for (const [n, value] of result.entries()) expect(value).toBeCloseTo(source.values[n]!, 6);
  });

  it("keeps a ramp a ramp, away from the edges", () => {
    const result = resample(
      slice(20, 1, (x) => x),
      { x: 0, y: 0, width: 20, height: 1 },
      60,
      1,
      kernel,
    );
    for (let n = 6; n < 54; n++) expect(result[n]).toBeCloseTo((n + 0.5) / 3 - 0.5, 4);
  });

  it("averages when it shrinks: stripes become grey", () => {
    const result = resample(
      slice(64, 1, (x) => x % 2),
      { x: 0, y: 0, width: 64, height: 1 },
      8,
      1,
      kernel,
    );
    for (const value of result.subarray(1, 7)) expect(Math.abs(value - 0.5)).toBeLessThan(0.06);
  });

  it("takes the region asked for", () => {
    const result = resample(
      slice(10, 10, (x, y) => x + 10 * y),
      { x: 4, y: 2, width: 3, height: 2 },
      3,
      2,
      kernel,
    );
    expect([...result].map(Math.round)).toEqual([24, 25, 26, 34, 35, 36]);
  });
});
