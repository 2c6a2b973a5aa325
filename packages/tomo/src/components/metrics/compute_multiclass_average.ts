import { z } from "zod";
import type { Sample } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { field } from "../args.ts";
import type { CaseScore } from "../contracts.ts";
import { defineMetric } from "../define.ts";
import { numbersFacts } from "../effects/value_effects.ts";
import { numbersOf } from "../numbers_of.ts";
import { aucAverages, aucPolicy, aucSummary } from "./auc_columns.ts";
import { commonArgs, commonParts } from "./common.ts";

export const ComputeMulticlassAverage = defineMetric({
  name: "ComputeMulticlassAverage",
  task: "classification",
  summary:
    "Area under the ROC curve over all cases of a label of k classes: each class against the rest, averaged.",
  notes: [
    "`field` has k numbers, one a class; the label is the class index. For each class c the cases of class c are the positives and all others the negatives.",
    "Equal to scikit-learn's roc_auc_score with multi_class='ovr' where every class occurs.",
    "auc_average: macro = plain mean of the classes; weighted = mean weighted by the number of cases of the class; micro = AUC of all classes as one.",
    aucPolicy,
    "Classes are compared across cases, so `field` should hold probabilities (softmax), as ComputeMulticlassPreds and ProcessMulticlassPreds give them, not logits.",
    "What label_index means in Clara is not public; here it is the entry of label_field that holds this label, so that the label vector of the datalist can be used as it is.",
  ],
  args: {
    ...commonArgs,
    label_field: field("Field with the label, a class index.").default("label"),
    auc_average: z.enum(aucAverages).default("macro").describe("How the classes are averaged."),
    label_index: z
      .int()
      .min(0)
      .nullable()
      .default(null)
      .describe("Which entry of label_field, counted from 0; null = it has but one."),
  },
  effect: (args) => (sample, context) => {
    const predictions = numbersFacts(sample, args.field, "field", args.name, context);
    const labels = numbersFacts(sample, args.label_field, "label_field", args.name, context);
    if (predictions?.values === "logits")
      context.warn({
        code: "TOMO_ODD_VALUES",
        message: `${args.name} compares classes by logits, which are not on one scale`,
        argument: ["field"],
        hint: "score the probabilities of ComputeMulticlassPreds or ProcessMulticlassPreds",
      });
    const count = labels?.length ?? null;
    if (count === null || (args.label_index ?? 0) < count) return;
    context.error({
      code: "TOMO_BAD_VALUE",
      message: `${args.name} asks for label ${args.label_index}, "${args.label_field}" has ${count}`,
      argument: ["label_index"],
      expected: count === 1 ? "0" : `0 to ${count - 1}`,
    });
  },
  build: (args) => ({
    ...commonParts(args),
    fields: [args.field, args.label_field],
    policy: aucPolicy,
    score: (sample) => score(sample, args),
    summarise: (scores) =>
      aucSummary(scores, {
        average: args.auc_average,
        columns: null,
        columnName: (index) => `${args.name}: class ${index} against the rest`,
      }),
  }),
});

interface MulticlassArgs {
  readonly name: string;
  readonly field: string;
  readonly label_field: string;
  readonly label_index: number | null;
}

/** A case has no AUC of its own; its vectors hold the k scores and the label one-hot. */
function score(sample: Sample, args: MulticlassArgs): CaseScore {
  const predictions = numbersOf(sample, args.field, args.name);
  checkPredictions(sample, args, predictions);
  const label = labelOf(sample, args, predictions.length);
  const labels = predictions.map((_, index) => (index === label ? 1 : 0));
  return { caseId: sample.caseId, value: Number.NaN, parts: {}, vectors: { predictions, labels } };
}

function checkPredictions(
  { caseId }: Sample,
  { name, field }: MulticlassArgs,
  predictions: readonly number[],
): void {
  const where = { case: caseId, field };
  if (predictions.some(Number.isNaN))
    throw new TomoError("TOMO_NOT_FINITE", `${name}: a prediction is NaN`, { where });
  if (predictions.length < 2)
    throw new TomoError("TOMO_SHAPE_MISMATCH", `${name}: "${field}" has one number, not one a class`, {
      where,
      expected: "k numbers for a label of k classes",
      hint: "ComputeAUC scores binary labels",
    });
}

function labelOf(
  sample: Sample,
  { name, label_field, label_index }: MulticlassArgs,
  classes: number,
): number {
  const labels = numbersOf(sample, label_field, name);
  const where = { case: sample.caseId, field: label_field };
  const label = labels[label_index ?? 0];
  if ((label_index === null && labels.length > 1) || label === undefined)
    throw new TomoError(
      "TOMO_BAD_VALUE",
      label_index === null
        ? `${name} must be told which of ${labels.length} labels it is for`
        : `${name}: "${label_field}" has ${labels.length} labels, there is no label ${label_index}`,
      { where, given: `label_index ${label_index}`, expected: `label_index 0 to ${labels.length - 1}` },
    );
  if (Number.isInteger(label) && label >= 0 && label < classes) return label;
  throw new TomoError("TOMO_LABEL_RANGE", `${name}: the label is ${label}`, {
    where,
    expected: `a class index, 0 to ${classes - 1}`,
    hint: "the prediction has one number for each class",
  });
}
