import { describe, expect, it } from "vitest";
import { chooseRegion, intensityWindow } from "./framing.ts";

const blank = (width = 100, height = 80) => ({ width, height, values: new Float32Array(width * height) });
const withBox = (x: number, y: number, width: number, height: number) => {
  const slice = blank();
  for (let row = y; row < y + height; row++) slice.values.fill(1, row * 100 + x, row * 100 + x + width);
  return slice;
};
const whole = { x: 0, y: 0, width: 100, height: 80 };

describe("chooseRegion", () => {
  it("frames the foreground with as much again around it, in the proportions of the whole", () => {
    const region = chooseRegion([withBox(40, 30, 20, 10)], whole);
    expect(region).toEqual({ x: 30, y: 19, width: 40, height: 32 });
  });

  it("stays inside the slice", () => {
    expect(chooseRegion([withBox(0, 70, 20, 10)], whole)).toEqual({ x: 0, y: 48, width: 40, height: 32 });
  });

  it("covers the foreground of all slices and masks", () => {
    const region = chooseRegion([withBox(10, 10, 5, 5), withBox(40, 30, 5, 5)], whole);
    expect(region.x).toBeLessThanOrEqual(10);
    expect(region.x + region.width).toBeGreaterThanOrEqual(45);
  });

  it("is the whole when there is no foreground or nearly all of it", () => {
    expect(chooseRegion([blank()], whole)).toEqual(whole);
    expect(chooseRegion([withBox(10, 10, 60, 40)], whole)).toEqual(whole);
  });

  it("does not blow up a few voxels beyond five times", () => {
    expect(chooseRegion([withBox(50, 40, 1, 1)], whole).width).toBeCloseTo(20);
  });
});

describe("intensityWindow", () => {
  it("follows the surroundings of the organ, not the air far away", () => {
    const image = blank();
    for (let n = 0; n < image.values.length; n++) image.values[n] = n % 100 < 50 ? -1000 : 40 + (n % 7);
    const [low, high] = intensityWindow([image], [[withBox(60, 30, 20, 10)]]);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(100);
  });

  it("takes everything finite where there is no foreground", () => {
    const image = blank(10, 10);
    for (let n = 0; n < 100; n++) image.values[n] = n === 7 ? Number.NaN : n;
    const [low, high] = intensityWindow([image], []);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(95);
  });

  it("is never empty", () => {
    expect(intensityWindow([blank()], [])).toEqual([-0.5, 0.5]);
    const nothing = blank(2, 2);
    nothing.values.fill(Number.NaN);
    expect(intensityWindow([nothing], [])).toEqual([0, 1]);
  });
});
