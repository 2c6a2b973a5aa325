import { spatialRank } from "../../data/shape_format.ts";
import { flipImage } from "../../data/spatial.ts";
import { fields } from "../args.ts";
import { movedAtRandom } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";

export const RandomSpatialFlip = defineRandomTransform({
  name: "RandomSpatialFlip",
  summary: "Flips all fields along each spatial axis independently, with probability 0.5 an axis.",
  notes: [
    "Probability 0.5 for each axis (clara-reference 8 #12), so each of the 8 results of a volume is equally likely.",
    "One draw a sample: all fields, and all patches of a batch, are flipped alike (clara-reference 8 #8).",
    "The affine is changed with the voxels, so each voxel keeps its place in the world.",
  ],
  args: { fields: fields() },
  spatial: true,
  effect: () => movedAtRandom(0.5),
  draw: (_, random, first) =>
    Array.from({ length: spatialRank(first.format) }, (_, axis) => axis).filter(() => random.bernoulli(0.5)),
  image: (_, axes, image) => flipImage(image, axes),
});
