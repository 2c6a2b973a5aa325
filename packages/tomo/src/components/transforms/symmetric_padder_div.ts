import { centredStart, cropImage, sizeOf } from "../../data/spatial.ts";
import { fields, integer } from "../args.ts";
import type { Length } from "../effects/facts.ts";
import { onGrid } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";

export const SymmetricPadderDiv = defineImageTransform({
  name: "SymmetricPadderDiv",
  summary: "Pads each spatial axis with zeros on both sides to the next multiple of a number.",
  notes: [
    "Half of the zeros on each side, the odd one behind, as in MONAI's DivisiblePad. Axes that fit already stay as they are.",
    "The affine moves with the first voxel, so RestoreOriginalShape (or CropSubVolumeCenter with the old size) brings predictions back exactly.",
  ],
  args: {
    fields: fields(),
    div_int: integer("Number of voxels that divides each spatial size afterwards.").min(1),
  },
  effect:
    ({ div_int }) =>
    (image, context) => {
      const fits = (length: Length) => typeof length === "number" && length % div_int === 0;
      if (div_int === 1 || image.size?.every(fits)) return image;
      const padded = image.size?.map((length) =>
        typeof length === "number" ? Math.ceil(length / div_int) * div_int : length,
      );
      return onGrid(`padded to ${div_int}`, padded ?? null)(image, context);
    },
  image: ({ div_int }, image) => {
    const size = sizeOf(image);
    const padded = size.map((length) => Math.ceil(length / div_int) * div_int);
    if (padded.join() === size.join()) return image;
    return cropImage(
      image,
      size.map((length, axis) => centredStart(length, padded[axis]!)),
      padded,
    );
  },
});
