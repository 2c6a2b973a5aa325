import { ops, scope } from "@tomo/torch";
import { defineLoss } from "../define.ts";
import { entriesFor, requireLogits } from "../effects/loss_effects.ts";
import { classGroups } from "../label_columns.ts";

const asking = { name: "MulticlassClassificationLoss", otherwise: "BinaryClassificationLoss" };

export const MulticlassClassificationLoss = defineLoss({
  name: "MulticlassClassificationLoss",
  task: "classification",
  summary: "Softmax cross-entropy of logits, mean over batch and labels of k classes.",
  notes: [
    "Each entry k > 1 of label_format is a group of k outputs with a softmax of its own; the label is the class index.",
    "Only these entries count. In a mixed format the outputs of binary labels get no gradient from it; without an entry k > 1 it is an error.",
  ],
  args: {},
  effect: () => (stage, context) => {
    requireLogits(asking.name, stage, context);
    entriesFor("multiclass", asking, context);
  },
  build: () => (predictions, targets, task) =>
    scope(() => {
      const groups = classGroups(predictions, targets, task, asking);
      return ops.mean(
        ops.stack(groups.map((group) => ops.crossEntropyLoss(group.predictions, group.labels))),
      );
    }),
});
