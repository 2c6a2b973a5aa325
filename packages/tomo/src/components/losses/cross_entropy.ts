import { ops, scope, type Tensor } from "@tomo/torch";
import { boolean, dataFormat, number } from "../args.ts";
import { defineLoss } from "../define.ts";
import { mapLossEffect } from "../effects/loss_effects.ts";
import { compared, onehotTargets, targetNote } from "./compared.ts";

export const CrossEntropy = defineLoss({
  name: "CrossEntropy",
  task: "segmentation",
  summary: "Mean over batch and voxels of minus the logarithm of the probability of the voxel's class.",
  notes: [
    "−Σ t · log(p + smooth), summed over the classes. With one output channel the other class counts too: −(1 − t) · log(1 − p + smooth).",
    targetNote,
  ],
  args: {
    data_format: dataFormat(),
    skip_background: boolean("Leave channel 0 out; an error with one output channel.").default(false),
    smooth: number("Added to probabilities, so that no logarithm is infinite.").positive().default(1e-8),
    is_onehot_targets: onehotTargets(),
  },
  effect: (args) => mapLossEffect("CrossEntropy", args),
  build: (args) => (predictions, targets) =>
    scope(() => {
      const { predictions: p, targets: t } = compared(predictions, targets, args);
      const ofClass = (target: Tensor, probability: Tensor): Tensor =>
        ops.mul(target, ops.log(ops.add(probability, args.smooth)));
      const axis = args.data_format === "channels_last" ? -1 : 1;
      const gain =
        predictions.shape.at(axis) === 1
          ? ops.add(ofClass(t, p), ofClass(ops.rsub(t, 1), ops.rsub(p, 1)))
          : ops.sumDim(ofClass(t, p), [1]);
      return ops.neg(ops.mean(gain));
    }),
});
