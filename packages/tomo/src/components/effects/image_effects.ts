import { type ShapeFormat, spatialRank } from "../../data/shape_format.ts";
import type { EffectContext, FieldEffectContext, ImageEffect } from "./effect.ts";
import {
  type ImageFacts,
  isOutput,
  type Length,
  narrowed,
  placeIn,
  ranksOf,
  type SampleFacts,
  unknownImage,
  withFacts,
} from "./facts.ts";

/** One effect after another. */
export const inTurn =
  (...effects: readonly ImageEffect[]): ImageEffect =>
  (image, context) =>
    effects.reduce((result, effect) => effect(result, context), image);

/** Every value of a channel becomes another, wherever it stands: there are no more of them than before. */
export const valueByValue =
  (effect: ImageEffect): ImageEffect =>
  (image, context) => ({
    ...effect(image, context),
    levels: image.levels && { count: image.levels.count + 1, whole: false },
  });

/** The values become intensities of a new scale; what that makes of class indices is not known. */
export const rescaled: ImageEffect = (image) => ({
  ...image,
  levels: null,
  values: image.values === "intensity" || isOutput(image.values) ? image.values : "unknown",
  integers: false,
});

/** Each value is changed by an amount that is no whole number: class indices are lost. */
export const disturbed: ImageEffect = (image) => ({
  ...image,
  values: isClasses(image) ? "blurred_classes" : image.values,
  integers: false,
  levels: null,
});

/** Values between voxels are computed, unless the nearest is taken. */
export const interpolated =
  (nearest: boolean): ImageEffect =>
  (image, context) =>
    nearest ? image : disturbed(image, context);

const isClasses = ({ values }: ImageFacts): boolean => values === "class_index" || values === "mask";

/**
 * The voxels lie on another grid than before.
 * @param name The same for transforms that lead to the same grid; random ones have `context.key` in it
 * @param size Voxels an axis; null where it is not known
 */
export const onGrid =
  (name: string, size: readonly Length[] | null): ImageEffect =>
  (image) => ({ ...image, grid: image.grid === null ? null : `${image.grid} > ${name}`, size });

/** The image has as many spatial axes as the argument entries. */
export const withRank =
  (argument: string, given: readonly unknown[]): ImageEffect =>
  (image, context) => {
    const fitting = narrowed(image, (format) => spatialRank(format) === given.length);
    if (fitting !== null) return fitting;
    context.error({
      code: "TOMO_AXES",
      message: `${argument} has ${given.length} entries, the field "${context.field}" ${ranksOf(image).join(" or ")} spatial axes`,
      argument: [argument],
      expected: `${ranksOf(image).join(" or ")} entries`,
    });
    return unknownImage;
  };

/** Flipped or turned at random in whole voxels; the size stays. */
export const movedAtRandom =
  (probability: number): ImageEffect =>
  (image, context) =>
    probability > 0 ? onGrid(context.key, image.size)(image, context) : image;

/** Cuts or pads to a size that the configuration states. */
export const cropped = (
  argument: string,
  size: readonly number[],
  grid: (key: string) => string,
): ImageEffect =>
  inTurn(withRank(argument, size), (image, context) => onGrid(grid(context.key), size)(image, context));

/** The image, which must have a channel axis; null after an error. */
export function withChannelAxis(image: ImageFacts, { error, field }: FieldEffectContext): ImageFacts | null {
  const fitting = narrowed(image, (format) => placeIn(format) !== "none");
  if (fitting === null)
    error({
      code: "TOMO_NO_CHANNELS",
      message: `the field "${field}" has no channel axis here`,
      argument: ["fields"],
      hint: "put ConvertToChannelsFirst or ConvertToChannelsLast before this transform",
    });
  return fitting;
}

/** The image, which must not be a batch of patches already; null after an error. */
export function withoutBatch(
  image: ImageFacts,
  field: string,
  { error }: EffectContext,
  argument: readonly (string | number)[],
): ImageFacts | null {
  const fitting = narrowed(image, (format) => !format.startsWith("N"));
  if (fitting === null)
    error({
      code: "TOMO_BATCHING",
      message: `the field "${field}" already is a batch of patches here`,
      argument,
      expected: "a single image",
      hint: "use one transform that makes batches, after the loader",
      blame: { field, part: "patches" },
    });
  return fitting;
}

/** With a batch axis in front. */
export const batched = (image: ImageFacts, patches: number | null): ImageFacts => ({
  ...image,
  formats: image.formats.map((format) => (format.startsWith("N") ? format : (`N${format}` as ShapeFormat))),
  patches,
});

/** Fields that are moved in space together must lie on one grid; after a fault their grids count as not known. */
export function checkSameGrid(
  sample: SampleFacts,
  fields: readonly string[],
  context: EffectContext,
): SampleFacts {
  const images = fields.flatMap((field) => {
    const facts = sample.fields.get(field);
    return facts?.holds === "image" ? [{ field, facts }] : [];
  });
  const [first, ...others] = images;
  const other = others.find(({ facts }) => differentGrids(first!.facts, facts));
  if (other === undefined) return sample;
  context.error({
    code: "TOMO_DIFFERENT_GRIDS",
    message: `the fields "${first!.field}" and "${other.field}" do not belong together any more`,
    argument: ["fields"],
    expected: "both fields in every spatial transform",
    parted: [first!.field, other.field],
  });
  const lost = images.map(({ field, facts }) => [field, { ...facts, grid: null }] as const);
  return withFacts(sample, Object.fromEntries(lost));
}

export const differentGrids = (left: ImageFacts, right: ImageFacts): boolean =>
  left.grid !== null && right.grid !== null && left.grid !== right.grid;

/** Of two fields the one that was moved further. */
export const movedOf = (left: { field: string; facts: ImageFacts }, right: typeof left): string =>
  (left.facts.grid?.length ?? 0) >= (right.facts.grid?.length ?? 0) ? left.field : right.field;
