import { affineInverse, affineMultiply } from "../../data/affine.ts";
import { type Affine, type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import { resampleAxis } from "../../data/resample.ts";
import { withFields } from "../../data/sample.ts";
import { spatialAxes } from "../../data/shape_format.ts";
import { sizeOf } from "../../data/spatial.ts";
import type { Where } from "../../errors/tomo_error.ts";
import { boolean, field } from "../args.ts";
import { imageFacts } from "../effects/effect.ts";
import { unknown, withFacts } from "../effects/facts.ts";
import { interpolated, withoutBatch } from "../effects/image_effects.ts";
import { defineTransform, inField } from "./define.ts";
import { imageOf } from "./image_of.ts";
import { requireNoBatch, unfit } from "./unfit.ts";

export const RestoreOriginalShape = defineTransform({
  name: "RestoreOriginalShape",
  summary: "Brings a prediction back to the grid that the image had when it was loaded.",
  notes: [
    "The way back follows from the affines of src_field then and now: what was padded is cut off, what was cropped off becomes zero, what was resampled is resampled back. Padding and cropping are undone exactly.",
    "is_label takes the nearest voxel, else values are interpolated linearly along each axis. Without affines, or where the field has another size than src_field, the array is stretched to the original shape (outer edges kept).",
    "The field gets the affine that src_field was loaded with. As loaded means after as_closest_canonical.",
  ],
  args: {
    field: field("Name of the field to bring back."),
    src_field: field("Name of the image that it was made from."),
    is_label: boolean("The field holds class indices: take the nearest voxel.").default(false),
  },
  effect:
    ({ field, src_field, is_label }) =>
    (sample, context) => {
      const source = imageFacts(sample, src_field, ["src_field"], context);
      if (source !== null) withoutBatch(source, src_field, context, ["src_field"]);
      const image = imageFacts(sample, field, ["field"], context);
      if (image === null) return withFacts(sample, { [field]: unknown });
      const back = interpolated(is_label)(image, { ...context, field });
      const grid = source?.loadedGrid ?? null;
      const facts = { ...back, grid, loadedGrid: grid, size: null, affine: source?.affine ?? null };
      return withFacts(sample, { [field]: facts });
    },
  apply: (args, sample, context) => {
    const source = imageOf(sample, args.src_field);
    return inField(sample, args.field, context, (image, { where }) => {
      requireNoBatch(source, where);
      return withFields(sample, { [args.field]: restored(image, source, args.is_label, where) });
    });
  },
});

/** Original index to present index along one axis: `scale · n + shift`. */
interface AxisMap {
  readonly scale: number;
  readonly shift: number;
}

function restored(image: MedicalImage, source: MedicalImage, isLabel: boolean, where: Where): MedicalImage {
  const { originalShape, originalAffine, affine } = source.properties;
  if (originalShape === undefined || originalShape.length !== sizeOf(image).length)
    throw unfit(where, source, "src_field does not know the shape it was loaded with", {
      hint: "name the field that the loader made",
    });
  const size = sizeOf(image);
  const sameGrid = size.join() === sizeOf(source).join();
  const maps =
    sameGrid && originalAffine !== undefined && affine !== undefined
      ? axisMaps(affine, originalAffine, size.length)
      : size.map((length, axis) => stretch(length, originalShape[axis]!));
  if (maps === null)
    throw unfit(where, source, "src_field was turned since it was loaded, which cannot be undone here");
  const data = spatialAxes(image.format).reduce((values, axis, n) => {
    const positions = Array.from(
      { length: originalShape[n]! },
      (_, at) => maps[n]!.scale * at + maps[n]!.shift,
    );
    return resampleAxis(values, axis, positions, isLabel ? "nearest" : "linear");
  }, image.data);
  const back = { originalShape, originalAffine, affine: originalAffine };
  return medicalImage(data, image.format, {
    ...image.properties,
    ...(originalAffine ? back : { originalShape }),
  });
}

/** How each axis was cut and scaled; null where an axis now depends on another. */
function axisMaps(now: Affine, then: Affine, rank: number): AxisMap[] | null {
  const index = affineMultiply(affineInverse(now), then);
  const entry = (row: number, column: number) => index[4 * row + column]!;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const straight = axes.every((row) =>
    axes.every((column) => row === column || Math.abs(entry(row, column)) < 1e-6),
  );
  return straight ? axes.map((axis) => ({ scale: entry(axis, axis), shift: entry(axis, 3) })) : null;
}

/** Outer edges stay in place. */
const stretch = (length: number, original: number): AxisMap => ({
  scale: length / original,
  shift: (length / original - 1) / 2,
});
