import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { ScaleIntensityOscillation } from "./scale_intensity_oscillation.ts";

describeTransform(ScaleIntensityOscillation, {
  args: { fields: "image", magnitude: 0.1 },
  reads: ["image"],
  keeps: ["format", "shape", "dtype", "affine"],
});

/** Difference to the input of the first voxel; all voxels must have the same. */
function shiftOf(args: object, seed: number, fields: readonly string[] = ["image"]): number {
  return scope(() => {
    const image = ramp("NCDHW", [1, 2, 2]);
    const sample = caseOf({ image, other: image });
    const result = applyTransform(
      ScaleIntensityOscillation,
      { fields, ...args },
      sample,
      streamOf(seed),
    ).sample;
    const shifts = fields.flatMap((field) =>
      imageIn(result, field)
        .data.toArray()
        .map((value, n) => value - (n + 1)),
    );
    for (const shift of shifts) expect(shift).toBeCloseTo(shifts[0]!, 5);
    return shifts[0]!;
  });
}

describe("ScaleIntensityOscillation", () => {
  it("adds one number in [-magnitude, magnitude) to all voxels of all fields and patches", () => {
    const shifts = Array.from({ length: 200 }, (_, seed) =>
      shiftOf({ magnitude: 0.5 }, seed, ["image", "other"]),
    );
    expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(0.5);
    // uniform: mean 0, variance 1/12 of the squared width; within five standard errors
    const mean = shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / 12 / shifts.length));
    expect(Math.max(...shifts)).toBeGreaterThan(0.4);
    expect(Math.min(...shifts)).toBeLessThan(-0.4);
  });

  it("happens with the given probability, always by default", () => {
    const happened = (args: object) =>
      Array.from({ length: 200 }, (_, seed) => shiftOf(args, seed)).filter((shift) => shift !== 0).length;
    expect(happened({})).toBe(200);
    expect(happened({ probability: 0 })).toBe(0);
    // 0.25 ± five standard errors of 200 draws
    expect(Math.abs(happened({ probability: 0.25 }) / 200 - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / 200));
  });
});
