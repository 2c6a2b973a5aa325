import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { ScaleIntensityRange } from "./scale_intensity_range.ts";

const spleen = { fields: "image", a_min: -57, a_max: 164, b_min: 0, b_max: 1, clip: true };
const scaled = (values: readonly number[] | NodeJS.TypedArray, args: object) => {
  const sample = caseOf({ image: medicalImage(tensor(values, [1, values.length]), "HW") });
  const { sample: result, warnings } = applyTransform(ScaleIntensityRange, { ...spleen, ...args }, sample);
  const { data } = imageIn(result);
  return { values: data.toArray(), dtype: data.dtype, warnings };
};

describeTransform(ScaleIntensityRange, {
  args: spleen,
  reads: ["image"],
  keeps: ["format", "shape", "affine"],
  dtype: "float32",
});

describe("ScaleIntensityRange", () => {
  it("equals MONAI's ScaleIntensityRange on Hounsfield units (golden values, float32)", () => {
    scope(() => {
      const units = [-1024, -57, -56.5, 0, 40, 163.9, 164, 3071];
      const golden = [0, 0, 0.0022624435, 0.25791857, 0.438914, 0.9995475, 1, 1];
      scaled(units, {}).values.forEach((value, n) => {
        expect(value).toBeCloseTo(golden[n]!, 6);
      });
      const unclipped = scaled(units, { clip: false }).values;
      expect(unclipped[0]).toBeCloseTo(-4.375565528869629, 6);
      expect(unclipped[7]).toBeCloseTo(14.15384578704834, 5);
    });
  });

  it("maps the ends of the range exactly", () => {
    scope(() => {
      expect(scaled([-57, 164], { clip: false }).values).toEqual([0, 1]);
      expect(scaled([0, 255], { a_min: 0, a_max: 255, b_min: -1, b_max: 1, clip: false }).values).toEqual([
        -1, 1,
      ]);
    });
  });

  it("turns intensities round and limits to the same interval", () => {
    scope(() => {
      expect(scaled([0, 5, 10, 20], { a_min: 0, a_max: 10, b_min: 1, b_max: 0 }).values).toEqual([
        1, 0.5, 0, 0,
      ]);
    });
  });

  it("computes whole numbers as float32 and converts to the asked type", () => {
    scope(() => {
      const args = { a_min: 0, a_max: 4, b_min: 0, b_max: 10 };
      expect(scaled(Int16Array.of(0, 1, 2, 4), args)).toMatchObject({
        values: [0, 2.5, 5, 10],
        dtype: "float32",
      });
      expect(scaled([0, 1, 2, 4], { ...args, dtype: "uint8" })).toMatchObject({
        values: [0, 2, 5, 10],
        dtype: "uint8",
      });
      expect(scaled(Float64Array.of(0.1), { ...args, dtype: "float64" }).values).toEqual([0.25]);
    });
  });

  it("only shifts, and says so, when a_min equals a_max", () => {
    scope(() => {
      const { values, warnings } = scaled([4, 5, 7], { a_min: 5, a_max: 5, b_min: 1, b_max: 9, clip: false });
      expect(values).toEqual([0, 1, 3]);
      expect(warnings).toEqual([
        "ScaleIntensityRange: a_min and a_max are both 5, so intensities are only shifted",
      ]);
    });
  });

  it("keeps NaN", () => {
    scope(() => {
      expect(scaled([Number.NaN, 0], {}).values[0]).toBeNaN();
    });
  });

  it("refuses an argument of Clara's leftover a_offset", () => {
    expect(ScaleIntensityRange.args.safeParse({ ...spleen, a_offset: 3 }).success).toBe(false);
  });
});
