import { ops, scope } from "@tomo/torch";
import { defineAuxOp } from "../define.ts";
import { entriesFor } from "../effects/loss_effects.ts";
import { classGroups } from "../label_columns.ts";
import { batchArgs, batchFacts, batchParts } from "./common.ts";

const asking = { name: "ComputeMulticlassAccuracy", otherwise: "ComputeAccuracy" };

export const ComputeMulticlassAccuracy = defineAuxOp({
  name: "ComputeMulticlassAccuracy",
  task: "classification",
  summary: "Fraction of k-class labels whose largest output is the label's class, over a batch.",
  notes: [
    "The mean runs over batch and k-class labels; where outputs are equal the first counts as the largest.",
    "Logits and probabilities give the same, so there is no use_sigmoid.",
    "Only the entries k > 1 of label_format count; ComputeAccuracy has the others.",
    "ComputeAverage over it is the mean of the batch values, so a smaller last batch weighs as much as a full one.",
  ],
  args: batchArgs,
  effect:
    ({ tag }) =>
    (_, context) => {
      entriesFor("multiclass", asking, context);
      return batchFacts(tag);
    },
  build: (args) => ({
    ...batchParts(args),
    compute: (predictions, targets, task) =>
      scope(() => {
        const hits = classGroups(predictions, targets, task, asking).map((group) =>
          ops.eq(ops.argmax(group.predictions, { dim: 1 }), group.labels),
        );
        return { [args.tag]: ops.mean(ops.toDtype(ops.stack(hits), "float32")) };
      }),
  }),
});
