import { rotateImage, sizeOf } from "../../data/spatial.ts";
import { fields, probability } from "../args.ts";
import { movedAtRandom } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";

export const RandomRotate3D = defineRandomTransform({
  name: "RandomRotate3D",
  summary: "With the given probability turns all fields by 90, 180 or 270 degrees in a random plane.",
  notes: [
    "Quarter turns of the array, so labels stay exact and nothing is interpolated (clara-reference 8 #3).",
    "Only planes of two spatial axes with equal lengths are chosen, so the shape does not change; patches are usually cubes. Where no two lengths are equal nothing is turned and a warning says so.",
    "The default of probability is 0.5 (clara-reference 8 #13).",
    "One draw a sample: all fields, and all patches of a batch, are turned alike (clara-reference 8 #8).",
    "The affine is changed with the voxels, so each voxel keeps its place in the world.",
    "Counts as random for the cache also with probability 0. A 2-D image has one plane.",
  ],
  args: {
    fields: fields(),
    probability: probability("Probability of a turn, for each sample.").default(0.5),
  },
  spatial: true,
  effect: (args) => movedAtRandom(args.probability),
  draw: (args, random, first, { warn }) => {
    const size = sizeOf(first);
    const planes = squarePlanes(size);
    if (args.probability > 0 && planes.length === 0)
      warn(`RandomRotate3D does nothing: no two axes of ${size.join("x")} voxels have equal lengths`);
    const happens = random.bernoulli(args.probability);
    if (!happens || planes.length === 0) return null;
    return { plane: random.pick(planes), quarterTurns: random.integer(1, 4) };
  },
  image: (_, turn, image) => (turn === null ? image : rotateImage(image, turn.plane, turn.quarterTurns)),
});

function squarePlanes(size: readonly number[]): [number, number][] {
  const pairs: [number, number][] = [[0, 1], [0, 2], [1, 2]]; // biome-ignore format: one row
  return pairs.filter(([first, second]) => size[first] === size[second] && second < size.length);
}
