import { ops, scope } from "@tomo/torch";
import { boolean, dataFormat, number } from "../args.ts";
import { defineLoss } from "../define.ts";
import { mapLossEffect } from "../effects/loss_effects.ts";
import { compared, onehotTargets, targetNote } from "./compared.ts";

export const Dice = defineLoss({
  name: "Dice",
  task: "segmentation",
  summary: "1 minus the mean soft Dice coefficient over batch and classes.",
  notes: [
    "For each sample and class, with sums over the voxels: f = (2 Σtp + top_smooth) / (Σt + Σp + smooth); the loss is 1 minus the mean of f.",
    "With the default top_smooth 0 a class that neither label nor prediction has counts as a complete miss (f = 0), as in Clara; MONAI counts it as a hit.",
    "jaccard divides by Σt + Σp − Σtp but keeps the factor 2, as Clara does; so it is not the Jaccard index.",
    targetNote,
  ],
  args: {
    data_format: dataFormat(),
    skip_background: boolean("Leave channel 0 out; an error with one output channel.").default(false),
    squared_pred: boolean("Σt² + Σp² in the denominator instead of Σt + Σp.").default(false),
    jaccard: boolean("Take the overlap off the denominator once.").default(false),
    smooth: number("Added to the denominator.").default(1e-5),
    top_smooth: number("Added to the numerator.").default(0),
    is_onehot_targets: onehotTargets(),
  },
  effect: (args) => mapLossEffect("Dice", args),
  build: (args) => (predictions, targets) =>
    scope(() => {
      const { predictions: p, targets: t } = compared(predictions, targets, args);
      const voxels = p.shape.slice(2).map((_, axis) => axis + 2);
      const sumOf = (values: typeof p) => ops.sumDim(values, voxels);
      const overlap = sumOf(ops.mul(t, p));
      const mass = args.squared_pred
        ? ops.add(sumOf(ops.square(t)), sumOf(ops.square(p)))
        : ops.add(sumOf(t), sumOf(p));
      const denominator = args.jaccard ? ops.sub(mass, overlap) : mass;
      const dice = ops.div(ops.add(ops.mul(overlap, 2), args.top_smooth), ops.add(denominator, args.smooth));
      return ops.rsub(ops.mean(dice), 1);
    }),
});
