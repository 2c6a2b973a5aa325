import { ops, scope } from "@tomo/torch";
import { z } from "zod";
import { TomoError } from "../../errors/tomo_error.ts";
import { field } from "../args.ts";
import { defineAuxOp } from "../define.ts";
import type { EffectContext } from "../effects/effect.ts";
import { entriesFor, requireLogits } from "../effects/loss_effects.ts";
import { type ClassGroup, classGroups } from "../label_columns.ts";
import type { LabelEntry } from "../label_format.ts";
import { caseParts } from "./common.ts";

const asking = { name: "ComputeMulticlassPreds", otherwise: "ComputeBinaryPreds" };

export const ComputeMulticlassPreds = defineAuxOp({
  name: "ComputeMulticlassPreds",
  task: "classification",
  summary: "Probabilities and label of one k-class entry of each case, as fields for metrics.",
  notes: [
    "Clara's arguments are not public; these follow ComputeBinaryPreds. label_index is Tomo's.",
    "One entry of label_format an aux-op: name several with different names and label_index. With one k-class entry label_index can be left out.",
    "The probabilities are the softmax of the k logits in float64, k numbers a case; the label is one number, the class index. ComputeMulticlassAverage takes both.",
  ],
  args: {
    multiclass_preds_name: field("Field for the probabilities."),
    multiclass_labels_name: field("Field for the label, a class index."),
    label_index: z
      .int()
      .min(0)
      .nullable()
      .default(null)
      .describe("Which entry of label_format, counted from 0; null = the only one above 1."),
  },
  check: ({ multiclass_preds_name, multiclass_labels_name }) =>
    multiclass_preds_name === multiclass_labels_name
      ? [
          {
            argument: "multiclass_labels_name",
            message: "probabilities and label have the same name",
            expected: "another name",
          },
        ]
      : [],
  effect:
    ({ multiclass_preds_name, multiclass_labels_name, label_index }) =>
    (stage, context) => {
      requireLogits(asking.name, stage, context);
      const entries = entriesFor("multiclass", asking, context);
      const own = entries?.find(({ index }) => label_index === null || index === label_index);
      if (entries !== null && entries.length > 0) checkIndex(entries, label_index, context);
      return {
        [multiclass_preds_name]: { holds: "numbers", values: "probability", length: own?.classes ?? null },
        [multiclass_labels_name]: { holds: "numbers", values: "class_index", length: 1 },
      };
    },
  build: (args) => ({
    ...caseParts(args.multiclass_preds_name, args.multiclass_labels_name),
    compute: (predictions, targets, task) =>
      scope(() => {
        const group = chosen(classGroups(predictions, targets, task, asking), args.label_index);
        return {
          [args.multiclass_preds_name]: ops.softmax(ops.toDtype(group.predictions, "float64"), 1),
          [args.multiclass_labels_name]: ops.unsqueeze(ops.toDtype(group.labels, "float32"), 1),
        };
      }),
  }),
});

function checkIndex(
  entries: readonly LabelEntry[],
  labelIndex: number | null,
  { error }: EffectContext,
): void {
  const indices = entries.map(({ index }) => index);
  if (labelIndex === null ? indices.length === 1 : indices.includes(labelIndex)) return;
  error({
    code: "TOMO_BAD_VALUE",
    message:
      labelIndex === null
        ? `ComputeMulticlassPreds must be told which of ${indices.length} k-class labels it is for`
        : `entry ${labelIndex} of label_format is no label of k classes`,
    argument: ["label_index"],
    expected: `one of ${indices.join(", ")}`,
    hint: "add one ComputeMulticlassPreds for each label, with names of their own",
  });
}

function chosen(groups: readonly ClassGroup[], labelIndex: number | null): ClassGroup {
  const [first, second] = groups;
  if (labelIndex === null && first !== undefined && second === undefined) return first;
  const found = groups.find(({ entry }) => entry.index === labelIndex);
  if (found !== undefined) return found;
  const indices = groups.map(({ entry }) => entry.index);
  throw new TomoError(
    "TOMO_BAD_VALUE",
    labelIndex === null
      ? `ComputeMulticlassPreds must be told which of ${indices.length} k-class labels it is for`
      : `entry ${labelIndex} of label_format is no label of k classes`,
    {
      where: { configPath: "train.aux_ops" },
      given: `label_index ${labelIndex}`,
      expected: `one of ${indices.join(", ")}`,
      hint: "add one ComputeMulticlassPreds for each label, with names of their own",
    },
  );
}
