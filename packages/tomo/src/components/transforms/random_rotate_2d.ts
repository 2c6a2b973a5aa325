import { isFloating, ops } from "@tomo/torch";
import { z } from "zod";
import type { MedicalImage } from "../../data/medical_image.ts";
import { rotateImage2D } from "../../data/rotate.ts";
import { spatialRank } from "../../data/shape_format.ts";
import { rotateImage } from "../../data/spatial.ts";
import { boolean, fields, number } from "../args.ts";
import type { ImageEffect } from "../effects/effect.ts";
import { narrowed, unknownImage } from "../effects/facts.ts";
import { interpolated, onGrid } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";
import { floating, ownArrayType } from "./floating.ts";
import { unfit } from "./unfit.ts";

export const RandomRotate2D = defineRandomTransform({
  name: "RandomRotate2D",
  summary: "Turns 2-D images about their middle by a random angle, or by a fixed one.",
  notes: [
    "A positive angle turns counter-clockwise as films are shown, the first spatial axis down and the second to the right.",
    "The canvas stays, and what comes from outside it is 0 (clara-reference 8 #14). One exception: a fixed angle that is a multiple of 90 turns the array exactly, without interpolation, so that 90 and 270 swap the sides of an image that is not square.",
    "Values are interpolated linearly, and whole numbers become float32. Labels take the nearest voxel and keep their element type. Labels are, unless is_label says so: fields of a whole-number element type, and the field label where its values are whole numbers.",
    "One draw a sample: all fields, and all images of a batch, are turned alike (clara-reference 8 #8). The affine is changed with the voxels, so each keeps its place in the world.",
    "Random, and so not cached, only with is_random. Volumes are refused: which of their planes is meant, the config does not say.",
  ],
  args: {
    fields: fields(),
    angle: number("Angle in degrees; with is_random the largest, in both directions."),
    is_random: boolean("Draw the angle between -angle and angle, anew for each sample.").default(false),
    is_label: z
      .boolean()
      .nullable()
      .default(null)
      .describe("Whether the fields hold class indices; null = decided for each field as the notes say."),
    dtype: ownArrayType(),
  },
  random: ({ is_random }) => is_random,
  spatial: true,
  prepares: ({ is_random, angle }) => (is_random || angle === 0 ? null : "resampling"),
  effect: (args) => turned(args),
  draw: ({ angle, is_random }, random) =>
    is_random ? random.uniform(-Math.abs(angle), Math.abs(angle)) : angle,
  image: ({ is_random, is_label, dtype }, angle, image, { where }) => {
    if (spatialRank(image.format) !== 2)
      throw unfit(where, image, "the image is a volume", {
        expected: "a 2-D image",
        hint: "RandomRotate3D turns volumes, by quarter turns",
      });
    const nearest = is_label ?? isLabel(image, where.field);
    const turned = turn(image, angle, is_random, nearest);
    return dtype === null ? turned : { ...turned, data: ops.toDtype(turned.data, dtype) };
  },
});

interface Turn {
  readonly angle: number;
  readonly is_random: boolean;
  readonly is_label: boolean | null;
}

const turned =
  ({ angle, is_random, is_label }: Turn): ImageEffect =>
  (image, context) => {
    const flat = narrowed(image, (format) => spatialRank(format) === 2);
    if (flat === null) {
      context.error({
        code: "TOMO_AXES",
        message: `the field "${context.field}" is a volume, RandomRotate2D turns 2-D images`,
        argument: ["fields"],
        hint: "RandomRotate3D turns volumes, by quarter turns",
      });
      return unknownImage;
    }
    if (angle === 0) return flat;
    const quarters = !is_random && angle % 90 === 0;
    const swapped = quarters && angle % 180 !== 0;
    const size = swapped ? (flat.size?.toReversed() ?? null) : flat.size;
    const grid = is_random ? context.key : `turned by ${angle}`;
    const moved = onGrid(grid, size)(flat, context);
    const nearest = is_label ?? (image.integers === true || context.field === "label");
    return interpolated(nearest || quarters)(moved, context);
  };

function turn(image: MedicalImage, angle: number, isRandom: boolean, nearest: boolean): MedicalImage {
  if (!isRandom && angle % 90 === 0) return rotateImage(image, [0, 1], angle / 90);
  if (angle === 0) return nearest ? image : { ...image, data: floating(image.data) };
  return rotateImage2D(image, angle, nearest ? "nearest" : "linear");
}

const isLabel = ({ data }: MedicalImage, field: string): boolean =>
  !isFloating(data.dtype) || (field === "label" && ops.equal(data, ops.trunc(data)));
