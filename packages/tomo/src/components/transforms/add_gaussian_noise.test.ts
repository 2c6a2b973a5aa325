import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, filled } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { AddGaussianNoise } from "./add_gaussian_noise.ts";

describeTransform(AddGaussianNoise, {
  args: { fields: ["image", "label"], probability: 1 },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "affine"],
});

const noisy = (args: object, seed: number, fields = ["image"]) => {
  const image = medicalImage(
    filled([2, 1, 40, 50], () => 100),
    "NCHW",
  );
  const sample = caseOf({ image, other: image });
  return applyTransform(AddGaussianNoise, { fields, ...args }, sample, streamOf(seed)).sample;
};
const noiseOf = (args: object, seed = 1) =>
  scope(() =>
    imageIn(noisy(args, seed))
      .data.toArray()
      .map((value) => value - 100),
  );

describe("AddGaussianNoise", () => {
  it("adds zero-mean noise of the given variance, independent between voxels and patches", () => {
    const values = noiseOf({ probability: 1, variance: 4 });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    // 4000 draws: five standard errors
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(4 / 4000));
    expect(Math.abs(variance - 4)).toBeLessThan(5 * 4 * Math.sqrt(2 / 4000));
    expect(values.slice(0, 2000)).not.toEqual(values.slice(2000));
  });

  it("happens with the given probability", () => {
    const happened = Array.from({ length: 60 }, (_, seed) => noiseOf({}, seed)[0] !== 0).filter(
      Boolean,
    ).length;
    expect(Math.abs(happened / 60 - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 60));
    expect(new Set(noiseOf({ probability: 0 }))).toEqual(new Set([0]));
    expect(new Set(noiseOf({ probability: 1, variance: 0 }))).toEqual(new Set([0]));
  });

  it("gives fields of one shape the same noise", () => {
    scope(() => {
      const sample = noisy({ probability: 1 }, 4, ["image", "other"]);
      expect(imageIn(sample).data.toArray()).toEqual(imageIn(sample, "other").data.toArray());
    });
  });
});
