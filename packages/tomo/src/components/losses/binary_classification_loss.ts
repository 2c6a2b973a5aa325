import { ops, scope } from "@tomo/torch";
import { defineLoss } from "../define.ts";
import { entriesFor, requireLogits } from "../effects/loss_effects.ts";
import { binaryColumns } from "../label_columns.ts";

const asking = { name: "BinaryClassificationLoss", otherwise: "MulticlassClassificationLoss" };

export const BinaryClassificationLoss = defineLoss({
  name: "BinaryClassificationLoss",
  task: "classification",
  summary: "Binary cross-entropy of logits, mean over batch and binary labels.",
  notes: [
    "For a logit x and a label y, 0 or 1: max(x, 0) − x·y + ln(1 + e^−|x|), which is the cross-entropy of sigmoid(x) without overflow.",
    "Only the entries of label_format that are 1 count. In a mixed format the outputs of k-class labels get no gradient from it; without a binary entry it is an error.",
  ],
  args: {},
  effect: () => (stage, context) => {
    requireLogits(asking.name, stage, context);
    entriesFor("binary", asking, context);
  },
  build: () => (predictions, targets, task) =>
    scope(() => {
      const { predictions: logits, labels } = binaryColumns(predictions, targets, task, asking);
      return ops.binaryCrossEntropyWithLogits(logits, labels);
    }),
});
