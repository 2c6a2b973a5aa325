import { defineTransform } from "./define.ts";
import {
  checkPosNeg,
  cropByPosNeg,
  posNegArgs,
  posNegEffect,
  posNegNotes,
  posNegPicks,
} from "./pos_neg_crop.ts";

/** Blind draws that cost about as much as counting all voxels once. */
const tries = (voxels: number): number => Math.ceil(voxels / 256);

export const FastCropByPosNegRatio = defineTransform({
  name: "FastCropByPosNegRatio",
  summary:
    "Cuts a batch of patches out of a volume, around foreground and background voxels by a given ratio.",
  notes: [
    ...posNegNotes,
    "Fast: voxels are drawn until one fits; only where foreground (or background) is very rare the whole label is counted. Every fitting voxel stays equally likely, as in CropByPosNegRatio; the random draws are others.",
  ],
  args: posNegArgs,
  check: checkPosNeg,
  random: true,
  effect: posNegEffect,
  picks: posNegPicks,
  apply: (args, sample, context) => cropByPosNeg(args, sample, context, tries),
});
