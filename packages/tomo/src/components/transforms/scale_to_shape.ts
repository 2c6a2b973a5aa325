import { resizeImage } from "../../data/resize.ts";
import { sizeOf } from "../../data/spatial.ts";
import { boolean, fields, size } from "../args.ts";
import { inTurn, interpolated, onGrid, withRank } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";
import { requireRank } from "./unfit.ts";

export const ScaleToShape = defineImageTransform({
  name: "ScaleToShape",
  summary: "Resizes images to a fixed number of voxels along each spatial axis.",
  notes: [
    "Half-pixel grid: the outer edges of the image stay in place, as in torch, OpenCV, PIL and MONAI's Resize (clara-reference 8 #15). The proportions change with the shape.",
    "Images are interpolated linearly. Where an axis shrinks, all voxels count (a triangle as wide as the step, as PIL's BILINEAR), so that ribs and text on a large film do not turn into false patterns. Whole numbers become float32.",
    "is_label takes the nearest voxel and keeps the element type.",
    "The affine follows, so each voxel keeps its place in the world, and RestoreOriginalShape brings predictions back.",
  ],
  args: {
    fields: fields(),
    target_shape: size("Size of the result in voxels, one entry a spatial axis, in file order."),
    is_label: boolean("The fields hold class indices: take the nearest voxel.").default(false),
  },
  prepares: () => "resampling",
  effect: ({ target_shape, is_label }) =>
    inTurn(
      withRank("target_shape", target_shape),
      onGrid(`resized to ${target_shape.join("x")}`, target_shape),
      interpolated(is_label),
    ),
  image: (args, image, { where }) => {
    requireRank(image, sizeOf(image).length, args.target_shape, "target_shape", where);
    return resizeImage(image, args.target_shape, args.is_label ? "nearest" : "linear");
  },
});
