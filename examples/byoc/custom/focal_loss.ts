// A loss: from the activated output [N, C, spatial] and the label to a tensor of one element that has gradients.
// `scope` frees what is made on the way.
import { ops, scope } from "@tomo/torch";
import { defineLoss, number } from "tomo";

export const FocalLoss = defineLoss({
  name: "FocalLoss",
  task: "segmentation",
  summary: "Cross entropy in which voxels that are right already weigh less, for one output channel.",
  notes: ["Lin et al., Focal Loss for Dense Object Detection, 2017, equation 4."],
  args: { gamma: number("How much less; 0 = plain cross entropy.").nonnegative().default(2) },
  build: (args) => (predictions, targets) =>
    scope(() => {
      // the probability of what the label says
      const right = ops.where(ops.gt(targets, 0.5), predictions, ops.rsub(predictions, 1));
      const safe = ops.clamp(right, { min: 1e-6 });
      return ops.neg(ops.mean(ops.mul(ops.pow(ops.rsub(safe, 1), args.gamma), ops.log(safe))));
    }),
});
