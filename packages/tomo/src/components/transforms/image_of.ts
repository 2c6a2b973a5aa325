import type { MedicalImage } from "../../data/medical_image.ts";
import { isImage, type Sample } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";

/** The image in a field, or an error that names the field and what it holds. */
export function imageOf(sample: Sample, field: string): MedicalImage {
  const value = sample.fields[field];
  if (isImage(value)) return value;
  throw new TomoError(
    "TOMO_FIELD_NOT_IMAGE",
    `field "${field}" holds ${describe(value)}, not a loaded image`,
    {
      where: { case: sample.caseId, field },
      expected: "an image: a loader such as LoadNifti must come first",
      hint:
        value === undefined
          ? `the sample has the fields ${Object.keys(sample.fields).join(", ")}`
          : undefined,
    },
  );
}

const describe = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "string" ? `the path ${value}` : JSON.stringify(value);
