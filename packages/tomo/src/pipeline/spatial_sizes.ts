import { type FieldValue, isImage, type Sample } from "../data/sample.ts";
import { sizeOf } from "../data/spatial.ts";
import { TomoError } from "../errors/tomo_error.ts";

/** Two images of one case with different spatial sizes, in voxels. */
export interface SizeDifference {
  readonly field: string;
  readonly size: readonly number[];
  readonly other: string;
  readonly otherSize: readonly number[];
}

/** The first image of the sample whose spatial size is not that of `image` (or of the first image), or null. */
export function sizeDifference(sample: Sample): SizeDifference | null {
  const sizes = Object.entries(sample.fields).flatMap(([field, value]: [string, FieldValue]) =>
    isImage(value) ? [{ field, size: sizeOf(value) }] : [],
  );
  const other = sizes.find(({ field }) => field === "image") ?? sizes[0];
  const odd = sizes.find(({ size }) => size.join() !== other!.size.join());
  return odd === undefined ? null : { ...odd, other: other!.field, otherSize: other!.size };
}

/** @param since The transform after which the sizes differ, as `transformName` writes it. */
export function sizeError(sample: Sample, difference: SizeDifference, since: string): TomoError {
  const { field, size, other, otherSize } = difference;
  return new TomoError(
    "TOMO_SHAPE_MISMATCH",
    `${field} ${size.join("x")} vs ${other} ${otherSize.join("x")} after ${since}`,
    {
      where: { case: sample.caseId, field },
      expected: "one spatial size for all images of a case",
      hint: "check that the files belong together, or resample one to the grid of the other before this point",
    },
  );
}
