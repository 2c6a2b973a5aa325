import { describe, expect, it } from "vitest";
import { outlines } from "./contour.ts";

const disc = (size: number, radius: number, label: number) => ({
  width: size,
  height: size,
  values: Float32Array.from({ length: size * size }, (_, n) =>
    Math.hypot((n % size) + 0.5 - size / 2, Math.floor(n / size) + 0.5 - size / 2) < radius ? label : 0,
  ),
});
const whole = (size: number) => ({ x: 0, y: 0, width: size, height: size });

describe("outlines", () => {
  it.each([
    ["enlarged", 40, 400],
    ["as it is", 200, 200],
    ["shrunk", 400, 150],
  ])("follows a disc, %s: a closed line of the right length at the right radius", (_, size, pixels) => {
    const radius = 0.3;
    const { area, coverage } = outlines(
      disc(size, radius * size, 2),
      whole(size),
      { width: pixels, height: pixels },
      2,
    ).get(2)!;
    let [weight, distance] = [0, 0];
    for (const [n, value] of coverage.entries()) {
      const [x, y] = [area.x + (n % area.width) + 0.5, area.y + Math.floor(n / area.width) + 0.5];
      weight += value;
      distance += value * Math.hypot(x - pixels / 2, y - pixels / 2);
    }
    expect(Math.abs(distance / weight / pixels - radius)).toBeLessThan(0.01);
    // a staircase is up to 4/π longer than the circle
    const length = weight / 2 / (2 * Math.PI * radius * pixels);
    expect(length).toBeGreaterThan(0.85);
    expect(length).toBeLessThan(1.35);
  });

  it("shows a single pixel, and each label of its own", () => {
    const slice = { width: 5, height: 5, values: new Float32Array(25) };
    slice.values[12] = 1;
    slice.values[3] = 7;
    const found = outlines(slice, whole(5), { width: 100, height: 100 }, 2);
    expect([...found.keys()]).toEqual([1, 7]);
    for (const { coverage } of found.values()) expect(Math.max(...coverage)).toBeGreaterThan(0.9);
  });

  it("has none for background and for labels outside the region", () => {
    const slice = { width: 50, height: 50, values: new Float32Array(2500) };
    expect(outlines(slice, whole(50), { width: 50, height: 50 }, 2).size).toBe(0);
    slice.values[0] = 1;
    expect(outlines(slice, { x: 30, y: 30, width: 10, height: 10 }, { width: 50, height: 50 }, 2).size).toBe(
      0,
    );
  });
});
