import { z } from "zod";
import type { RandomStream } from "../../data/random.ts";
import { centredStart, cropImage, sizeOf } from "../../data/spatial.ts";
import { fields } from "../args.ts";
import type { ImageEffect } from "../effects/effect.ts";
import { inTurn, onGrid, withRank } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";
import { requireRank } from "./unfit.ts";

/** Products such as 0.55 · 100 miss whole numbers by less than this. */
const rounding = 1e-9;

export const CropRandomSizeWithDisplacement = defineRandomTransform({
  name: "CropRandomSizeWithDisplacement",
  summary: "Crops to a box of random size that is displaced at random from the middle of the image.",
  notes: [
    "The size along each axis is a whole number between lower_size and the full length, each equally likely. A fraction is rounded up; an axis shorter than a lower_size in voxels stays whole, and a warning says so.",
    "The displacement along each axis is a whole number between -max_displacement and max_displacement, each that keeps the box inside the image equally likely (clara-reference 8 #4). Without max_displacement every place inside is.",
    "One draw a sample: all fields get the same box. Boxes differ in size, so a resizing transform such as ScaleToShape must follow where images form batches.",
  ],
  args: {
    fields: fields(),
    lower_size: z
      .array(z.number().positive())
      .min(2)
      .max(3)
      .describe(
        "Smallest size, one entry a spatial axis, in file order: up to 1 a fraction of the image, above 1 voxels.",
      ),
    max_displacement: z
      .int()
      .min(0)
      .nullable()
      .default(null)
      .describe("Largest distance of the box from the middle along each axis, in voxels; null = no limit."),
  },
  check: ({ lower_size }) =>
    lower_size.every((lower) => lower <= 1 || Number.isInteger(lower))
      ? []
      : [
          {
            argument: "lower_size",
            message: "lower_size above 1 is a number of voxels",
            expected: "whole numbers above 1, or fractions up to 1",
          },
        ],
  spatial: true,
  picks: ({ fields }) => ({ fields, compared: [] }),
  effect: ({ lower_size }) =>
    inTurn(mixedUnits(lower_size), withRank("lower_size", lower_size), (image, context) =>
      onGrid(
        context.key,
        lower_size.map((lower) => (lower === 1 ? null : "varies")),
      )(image, context),
    ),
  draw: ({ lower_size, max_displacement }, random, first, { where, warn }) => {
    const lengths = sizeOf(first);
    requireRank(first, lengths.length, lower_size, "lower_size", where);
    if (lengths.some((length, axis) => lower_size[axis]! > Math.max(length, 1)))
      warn(
        `CropRandomSizeWithDisplacement leaves axes whole that are shorter than lower_size [${lower_size.join(", ")}], as in case ${where.case}: ${lengths.join("x")} voxels`,
      );
    const spans = lengths.map((length, axis) =>
      drawSpan(random, length, lower_size[axis]!, max_displacement),
    );
    return { start: spans.map(({ start }) => start), size: spans.map(({ size }) => size) };
  },
  image: (_, { start, size }, image) => cropImage(image, start, size),
});

/** Voxels along one axis and a fraction of another are hardly meant. */
const mixedUnits =
  (lower: readonly number[]): ImageEffect =>
  (image, context) => {
    if (lower.some((length) => length > 1) && lower.some((length) => length < 1))
      context.warn({
        code: "TOMO_ODD_VALUES",
        message: "lower_size has voxels along one axis and a fraction of the image along another",
        argument: ["lower_size", lower.findIndex((length) => length > 1)],
        hint: "above 1 a number counts voxels; give all axes as fractions, or all in voxels",
      });
    return image;
  };

/** A random part of an axis of `length` voxels. */
function drawSpan(random: RandomStream, length: number, lower: number, reach: number | null) {
  const least = Math.min(length, lower > 1 ? lower : Math.ceil(lower * length - rounding));
  const size = random.integer(Math.max(least, 1), length + 1);
  const [middle, last] = [centredStart(length, size), length - size];
  const from = Math.max(0, middle - (reach ?? length));
  const to = Math.min(last, middle + (reach ?? length));
  return { start: random.integer(from, to + 1), size };
}
