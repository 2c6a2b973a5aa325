import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, classes, ramp } from "../../conformance/images.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { CropFixedSizeRandomCenter } from "./crop_fixed_size_random_center.ts";

describeTransform(CropFixedSizeRandomCenter, {
  args: { fields: ["image", "label"], size: [3, 2, 6] },
  reads: ["image", "label"],
  keeps: ["format", "dtype", "world"],
  formats: ["DHW", "DHWC", "CDHW", "NDHW", "NDHWC", "NCDHW"],
  size: [4, 4, 5],
});

describe("CropFixedSizeRandomCenter", () => {
  it("takes every place inside the volume equally often, the same for image and label", () => {
    const counts = new Map<number, number>();
    scope(() => {
      const sample = caseOf({ image: ramp("CDHW", [3, 4, 2], 1), label: classes("DHW", [3, 4, 2]) });
      for (let seed = 0; seed < 600; seed++) {
        const args = { fields: ["image", "label"], size: [2, 2, 2] };
        const result = applyTransform(CropFixedSizeRandomCenter, args, sample, streamOf(seed)).sample;
        const values = imageIn(result).data.toArray();
        expect(imageIn(result, "label").data.toArray()).toEqual(values.map((value) => (value - 1) % 3));
        counts.set(values[0]!, (counts.get(values[0]!) ?? 0) + 1);
      }
    });
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([1, 3, 5, 9, 11, 13]);
    for (const count of counts.values())
      expect(Math.abs(count / 600 - 1 / 6)).toBeLessThan(5 * Math.sqrt(5 / 36 / 600));
  });

  it("pads where the volume is shorter, half on each side", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("HW", [0, 1, 2]) });
      const args = { fields: "image", size: [1, 5] };
      const result = applyTransform(CropFixedSizeRandomCenter, args, sample).sample;
      expect(imageIn(result).data.toArray()).toEqual([0, 1, 2, 0, 0]);
    });
  });
});
