import { centredStart, cropImage, sizeOf } from "../../data/spatial.ts";
import { fields, size } from "../args.ts";
import { cropped } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";
import { requireRank } from "./unfit.ts";

export const CropSubVolumeCenter = defineImageTransform({
  name: "CropSubVolumeCenter",
  summary: "Crops to a box of the given size in the middle of the volume.",
  notes: [
    "An odd rest is cut off behind: the box starts at floor((length - size) / 2), so that it undoes SymmetricPadderDiv exactly. MONAI's CenterSpatialCrop starts one voxel later where length is even and size odd.",
    "An axis shorter than the box is padded with zeros on both sides.",
  ],
  args: { fields: fields(), size: size("Size of the result in voxels, in file order.") },
  effect: (args) => cropped("size", args.size, () => `middle ${args.size.join("x")}`),
  image: (args, image, { where }) => {
    const volume = sizeOf(image);
    requireRank(image, volume.length, args.size, "size", where);
    const start = volume.map((length, axis) => centredStart(length, args.size[axis]!));
    return cropImage(image, start, args.size);
  },
});
