import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { ScaleShiftIntensity } from "./scale_shift_intensity.ts";

describeTransform(ScaleShiftIntensity, {
  args: { fields: ["image", "label"] },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "affine"],
});

describe("ScaleShiftIntensity", () => {
  it("computes x * (1 + s) + t with s and t uniform in their ranges", () => {
    const draws = Array.from({ length: 200 }, (_, seed) =>
      scope(() => {
        const sample = caseOf({ image: ramp("HW", [0, 1, 3]) });
        const args = { fields: "image", scale: 0.2, shift: 0.5 };
        const values = imageIn(
          applyTransform(ScaleShiftIntensity, args, sample, streamOf(seed)).sample,
        ).data.toArray();
        const factor = values[1]! - values[0]!;
        expect(values[2]! - values[1]!).toBeCloseTo(factor, 5);
        return { factor: factor - 1, shift: values[0]! - factor };
      }),
    );
    for (const [name, bound] of [
      ["factor", 0.2],
      ["shift", 0.5],
    ] as const) {
      const values = draws.map((draw) => draw[name]);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound + 1e-5);
      expect(Math.max(...values)).toBeGreaterThan(0.8 * bound);
      expect(Math.min(...values)).toBeLessThan(-0.8 * bound);
    }
  });

  it("changes nothing with both at zero", () => {
    scope(() => {
      const image = ramp("HW", [0, 2, 2]);
      const args = { fields: "image", scale: 0, shift: 0 };
      const result = imageIn(applyTransform(ScaleShiftIntensity, args, caseOf({ image })).sample);
      expect(result.data.toArray()).toEqual(image.data.toArray());
    });
  });
});
