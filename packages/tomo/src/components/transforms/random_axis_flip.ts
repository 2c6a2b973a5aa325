import { spatialRank } from "../../data/shape_format.ts";
import { flipImage } from "../../data/spatial.ts";
import { fields, probability } from "../args.ts";
import { movedAtRandom } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";

export const RandomAxisFlip = defineRandomTransform({
  name: "RandomAxisFlip",
  summary: "With the given probability flips all fields along one spatial axis, chosen at random.",
  notes: [
    "The default of probability is 0.5 (clara-reference 8 #13).",
    "One draw a sample: all fields, and all patches of a batch, are flipped alike (clara-reference 8 #8).",
    "The affine is changed with the voxels, so each voxel keeps its place in the world.",
    "Counts as random for the cache also with probability 0.",
  ],
  args: {
    fields: fields(),
    probability: probability("Probability of a flip, for each sample.").default(0.5),
  },
  spatial: true,
  effect: (args) => movedAtRandom(args.probability),
  draw: (args, random, first) => {
    const happens = random.bernoulli(args.probability);
    const axis = random.integer(0, spatialRank(first.format));
    return happens ? [axis] : [];
  },
  image: (_, axes, image) => flipImage(image, axes),
});
