import { centredStart, cropImage, sizeOf } from "../../data/spatial.ts";
import { fields, size } from "../args.ts";
import { cropped } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";
import { requireRank } from "./unfit.ts";

export const CropFixedSizeRandomCenter = defineRandomTransform({
  name: "CropFixedSizeRandomCenter",
  summary: "Crops to a box of the given size at a random place inside the volume.",
  notes: [
    "Every place where the box lies inside the volume is equally likely. One draw a sample: all fields get the same box.",
    "An axis shorter than the box is padded with zeros on both sides.",
  ],
  args: { fields: fields(), size: size("Size of the result in voxels, in file order.") },
  spatial: true,
  picks: ({ fields }) => ({ fields, compared: [] }),
  effect: (args) => cropped("size", args.size, (key) => key),
  draw: (args, random, first, { where }) => {
    const volume = sizeOf(first);
    requireRank(first, volume.length, args.size, "size", where);
    return volume.map((length, axis) => {
      const room = length - args.size[axis]!;
      return room > 0 ? random.integer(0, room + 1) : centredStart(length, args.size[axis]!);
    });
  },
  image: (args, start, image) => cropImage(image, start, args.size),
});
