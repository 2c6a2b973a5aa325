import { affineAfterCrop } from "../../data/affine.ts";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import type { RandomStream } from "../../data/random.ts";
import { type Sample, withFields } from "../../data/sample.ts";
import { type ShapeFormat, spatialRank } from "../../data/shape_format.ts";
import { boxesOf, centredStart, sizeOf } from "../../data/spatial.ts";
import { field, fields, integer, number, size } from "../args.ts";
import type { Picks, TransformContext } from "../contracts.ts";
import type { ArgFault } from "../define.ts";
import { imageFacts, type SampleEffect } from "../effects/effect.ts";
import { type ImageFacts, unknown, valuesText, withFacts } from "../effects/facts.ts";
import { batched, checkSameGrid, cropped, withoutBatch } from "../effects/image_effects.ts";
import { atField, inField } from "./define.ts";
import { imageOf } from "./image_of.ts";
import { type LabelVoxels, labelVoxels } from "./label_voxels.ts";
import { requireSameGrid } from "./same_grid.ts";
import { requireNoBatch, requireRank } from "./unfit.ts";

export const posNegArgs = {
  fields: fields("Names of the images to crop. The label field is cropped with the same boxes in any case."),
  label_field: field("Name of the label that tells foreground (larger than 0) from background."),
  size: size("Size of a patch in voxels, in file order."),
  pos: number("Weight of patches around a foreground voxel.").min(0),
  neg: number("Weight of patches around a background voxel.").min(0),
  batch_size: integer("Patches cut from each volume.").min(1),
  batches_to_gen_at_once: integer("Accepted for Clara's configs; has no effect on what is cut.")
    .min(1)
    .optional(),
};

export const posNegNotes = [
  "Makes a batch: the fields get a batch axis in front (CDHW becomes NCDHW), so the image pipeline needs batched_by_transforms or MergeBatchDims.",
  "The label field is always cropped, whether or not `fields` names it (clara-reference 8 #6).",
  "Each patch is drawn by itself: with probability pos / (pos + neg) its centre is a foreground voxel, else a background voxel; every such voxel is equally likely, and may be drawn again.",
  "The centre moves so far that the box lies inside the volume (clara-reference 8 #5). Of an even size s the centre is voxel s / 2.",
  "A volume smaller than `size` is filled up with zeros, half on each side, the odd voxel behind; centres are drawn from its own voxels.",
  "A volume without foreground gives background patches, one without background gives foreground patches, each with a warning that names the case.",
  "Of a label with several channels the first counts as background (one-hot), as in MONAI.",
  "Every patch has its own affine (property `affines`).",
  "batches_to_gen_at_once was for speed in Clara; here it changes nothing.",
];

interface PosNegArgs {
  readonly fields: readonly string[];
  readonly label_field: string;
  readonly size: readonly number[];
  readonly pos: number;
  readonly neg: number;
  readonly batch_size: number;
}

export const posNegPicks = ({ fields, label_field }: PosNegArgs): Picks => ({
  fields: [...fields, label_field],
  compared: [label_field],
});

export const checkPosNeg = ({ pos, neg }: PosNegArgs): ArgFault[] =>
  pos + neg > 0
    ? []
    : [
        {
          argument: "pos",
          message: "pos and neg are both zero",
          expected: "at least one of them above zero",
        },
      ];

export const posNegEffect =
  ({ fields, label_field, size, batch_size }: PosNegArgs): SampleEffect =>
  (given, context) => {
    const sample = checkSameGrid(given, [...new Set([label_field, ...fields])], context);
    const cut = (field: string, argument: readonly (string | number)[]): ImageFacts | null => {
      const image = imageFacts(sample, field, argument, context);
      const single = image && withoutBatch(image, field, context, argument);
      return (
        single && batched(cropped("size", size, (key) => key)(single, { ...context, field }), batch_size)
      );
    };
    const label = sample.fields.get(label_field);
    if (label?.holds === "image" && label.values === "intensity")
      context.warn({
        code: "TOMO_ODD_VALUES",
        message: `label_field "${label_field}" holds ${valuesText[label.values]}: all that is above 0 counts as foreground`,
        argument: ["label_field"],
        hint: "name the field of the label",
      });
    const named = fields.map((field, n) => [field, cut(field, ["fields", n]) ?? unknown] as const);
    const alongWith = fields.includes(label_field)
      ? []
      : [[label_field, cut(label_field, ["label_field"]) ?? unknown] as const];
    // which field is the label is not known then
    const labels = [...sample.fields.keys()].filter((field) => context.role(field) === "label");
    const unsure = label === undefined ? labels.map((field) => [field, unknown] as const) : [];
    return withFacts(sample, Object.fromEntries([...named, ...alongWith, ...unsure]));
  };

/** @param tries How many positions may be drawn blindly in a volume of so many voxels, see `labelVoxels`. */
export function cropByPosNeg(
  args: PosNegArgs,
  sample: Sample,
  { random, warn }: TransformContext,
  tries: (voxels: number) => number,
): Sample {
  const names = [...new Set([...args.fields, args.label_field])];
  requireSameGrid(sample, [...names].reverse(), warn);
  const starts = inField(sample, args.label_field, { warn }, (label, { where }) => {
    requireNoBatch(label, where);
    requireRank(label, spatialRank(label.format), args.size, "size", where);
    const draw = centreDrawer(args, sample, labelVoxels(label, tries), random, warn);
    return Array.from({ length: args.batch_size }, () => startOf(draw(), sizeOf(label), args.size));
  });
  return withFields(
    sample,
    Object.fromEntries(
      names.map((name) => [
        name,
        atField(sample, name, () => patchesOf(imageOf(sample, name), starts, args.size)),
      ]),
    ),
  );
}

/** Draws one centre after another, by weight from foreground or background. */
function centreDrawer(
  { pos, neg, label_field }: PosNegArgs,
  sample: Sample,
  voxels: LabelVoxels,
  random: RandomStream,
  warn: (message: string) => void,
): () => number[] {
  return () => {
    const foreground = random.bernoulli(pos / (pos + neg));
    const wanted = voxels.pick(random, foreground);
    if (wanted !== null) return wanted;
    const [missing, instead] = foreground ? ["foreground", "background"] : ["background", "foreground"];
    warn(
      `case ${sample.caseId}: field ${label_field} has no ${missing}, so its patches are all around ${instead}`,
    );
    return voxels.pick(random, !foreground)!;
  };
}

/** First index of the box around a centre, moved inside the volume; negative where the volume is too small. */
export const startOf = (
  centre: readonly number[],
  volume: readonly number[],
  size: readonly number[],
): number[] =>
  size.map((length, axis) =>
    volume[axis]! <= length
      ? centredStart(volume[axis]!, length)
      : Math.min(Math.max(centre[axis]! - Math.floor(length / 2), 0), volume[axis]! - length),
  );

/** The boxes of an image, stacked along a new first axis. */
function patchesOf(
  image: MedicalImage,
  starts: readonly (readonly number[])[],
  size: readonly number[],
): MedicalImage {
  const data = boxesOf(image, starts, size);
  const { affine, ...rest } = image.properties;
  const affines = affine && starts.map((start) => affineAfterCrop(affine, start));
  return medicalImage(data, `N${image.format}` as ShapeFormat, affines ? { ...rest, affines } : rest);
}
