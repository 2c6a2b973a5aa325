import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, filled, obliqueAffine, ramp } from "../../conformance/images.ts";
import { identityAffine } from "../../data/affine.ts";
import { type MedicalImage, medicalImage, withProperties } from "../../data/medical_image.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { CopyProperties } from "./copy_properties.ts";

describeTransform(CopyProperties, {
  args: { fields: "label", from_field: "image", properties: ["affine"] },
  reads: ["label"],
  keeps: ["format", "shape", "dtype", "affine"],
});

const bare = (size: readonly number[]): MedicalImage =>
  medicalImage(
    filled(size, (n) => n),
    "DHW",
  );
const copied = (model: MedicalImage, image: MedicalImage, properties: string[] = ["affine"]) => {
  const args = { fields: ["model"], from_field: "image", properties };
  const { sample, warnings } = applyTransform(CopyProperties, args, caseOf({ model, image }));
  return { properties: imageIn(sample, "model").properties, warnings };
};

describe("CopyProperties", () => {
  it("gives a prediction the affine of its image, and nothing else", () => {
    scope(() => {
      const { properties, warnings } = copied(bare([2, 3, 4]), ramp("CDHW", [2, 3, 4]));
      expect(properties).toEqual({ affine: obliqueAffine });
      expect(warnings).toEqual([]);
    });
  });

  it("copies the other properties by their names", () => {
    scope(() => {
      const all = ["affine", "original_shape", "original_affine", "file_name"];
      const image = ramp("DHW", [2, 3, 4]);
      expect(copied(bare([2, 3, 4]), image, all).properties).toEqual(image.properties);
      expect(
        CopyProperties.args.safeParse({ fields: "a", from_field: "b", properties: ["afine"] }).success,
      ).toBe(false);
    });
  });

  it("warns of a property that is not there, and of an affine of another size", () => {
    scope(() => {
      expect(copied(bare([2, 3, 4]), bare([2, 3, 4]))).toEqual({
        properties: {},
        warnings: ["case case_7: field image has no affine that could be copied"],
      });
      expect(copied(bare([2, 3, 5]), ramp("DHW", [2, 3, 4])).warnings).toEqual([
        "case case_7: the affine of image (2x3x4 voxels) is copied to model, which has 2x3x5",
      ]);
    });
  });

  it("gives a field that was brought back to the original shape the affine as loaded", () => {
    scope(() => {
      const padded = withProperties(ramp("DHW", [4, 4, 4]), {
        affine: identityAffine,
        originalShape: [2, 3, 4],
        originalAffine: obliqueAffine,
      });
      expect(copied(bare([2, 3, 4]), padded)).toEqual({
        properties: { affine: obliqueAffine },
        warnings: [],
      });
      expect(copied(bare([4, 4, 4]), padded).properties).toEqual({ affine: identityAffine });
    });
  });

  it("refuses a source that holds no image, with case and field", () => {
    scope(() => {
      const sample = caseOf({ model: bare([1, 1, 1]), image: "/data/case_7.nii.gz" });
      const args = { fields: "model", from_field: "image" };
      const error = tomoErrorOf(() => applyTransform(CopyProperties, args, sample));
      expect(error).toMatchObject({
        code: "TOMO_FIELD_NOT_IMAGE",
        where: { case: "case_7", field: "image" },
      });
    });
  });
});
