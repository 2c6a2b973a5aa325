import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { ThresholdValues } from "./threshold_values.ts";

describeTransform(ThresholdValues, {
  args: { fields: ["image", "label"], threshold: 1 },
  reads: ["image", "label"],
  keeps: ["format", "shape", "affine"],
  dtype: "uint8",
});

describe("ThresholdValues", () => {
  it("is 1 above the threshold; at it, below it and for NaN 0", () => {
    scope(() => {
      const image = medicalImage(tensor([0.49, 0.5, 0.51, Number.NaN, 2, -1], [1, 6]), "HW");
      const mask = (args: object) =>
        imageIn(
          applyTransform(ThresholdValues, { fields: "image", ...args }, caseOf({ image })).sample,
        ).data.toArray();
      expect(mask({})).toEqual([0, 0, 1, 0, 1, 0]);
      expect(mask({ threshold: -1 })).toEqual([1, 1, 1, 0, 1, 0]);
    });
  });
});
