import { ops, scope } from "@tomo/torch";
import { field } from "../args.ts";
import { defineAuxOp } from "../define.ts";
import { entriesFor, requireLogits } from "../effects/loss_effects.ts";
import { binaryColumns } from "../label_columns.ts";
import { caseParts } from "./common.ts";

const asking = { name: "ComputeBinaryPreds", otherwise: "ComputeMulticlassPreds" };

export const ComputeBinaryPreds = defineAuxOp({
  name: "ComputeBinaryPreds",
  task: "classification",
  summary: "Probabilities and labels of the binary entries of each case, as fields for metrics.",
  notes: [
    "Both fields have one number a binary entry of label_format, in its order: column 0 is the first entry that is 1. ComputeAUC's class_index counts these columns.",
    "The probabilities are the sigmoid of the network's logits, computed in float64: in float32 all logits above 17 would become 1, and ties change the AUC.",
  ],
  args: {
    binary_preds_name: field("Field for the probabilities."),
    binary_labels_name: field("Field for the labels, 0 or 1."),
  },
  check: ({ binary_preds_name, binary_labels_name }) =>
    binary_preds_name === binary_labels_name
      ? [
          {
            argument: "binary_labels_name",
            message: "probabilities and labels have the same name",
            expected: "another name",
          },
        ]
      : [],
  effect:
    ({ binary_preds_name, binary_labels_name }) =>
    (stage, context) => {
      requireLogits(asking.name, stage, context);
      const length = entriesFor("binary", asking, context)?.length ?? null;
      return {
        [binary_preds_name]: { holds: "numbers", values: "probability", length },
        [binary_labels_name]: { holds: "numbers", values: "mask", length },
      };
    },
  build: (args) => ({
    ...caseParts(args.binary_preds_name, args.binary_labels_name),
    compute: (predictions, targets, task) =>
      scope(() => {
        const columns = binaryColumns(predictions, targets, task, asking);
        return {
          [args.binary_preds_name]: ops.sigmoid(ops.toDtype(columns.predictions, "float64")),
          [args.binary_labels_name]: columns.labels,
        };
      }),
  }),
});
