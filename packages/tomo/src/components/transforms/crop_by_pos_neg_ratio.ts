import { defineTransform } from "./define.ts";
import {
  checkPosNeg,
  cropByPosNeg,
  posNegArgs,
  posNegEffect,
  posNegNotes,
  posNegPicks,
} from "./pos_neg_crop.ts";

export const CropByPosNegRatio = defineTransform({
  name: "CropByPosNegRatio",
  summary:
    "Cuts a batch of patches out of a volume, around foreground and background voxels by a given ratio.",
  notes: [
    ...posNegNotes,
    "Counts the voxels of the whole label each time. FastCropByPosNegRatio draws from the same distribution and is faster.",
  ],
  args: posNegArgs,
  check: checkPosNeg,
  random: true,
  effect: posNegEffect,
  picks: posNegPicks,
  apply: (args, sample, context) => cropByPosNeg(args, sample, context, () => 0),
});
