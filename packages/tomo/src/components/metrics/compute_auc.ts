import { z } from "zod";
import type { Sample } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { field } from "../args.ts";
import type { CaseScore } from "../contracts.ts";
import { type ArgFault, defineMetric } from "../define.ts";
import { checkLengths as checkSameLength, numbersFacts } from "../effects/value_effects.ts";
import { numbersOf } from "../numbers_of.ts";
import { aucAverages, aucPolicy, aucSummary } from "./auc_columns.ts";
import { commonArgs, commonParts } from "./common.ts";

const column = z.int().min(0);

export const ComputeAUC = defineMetric({
  name: "ComputeAUC",
  task: "classification",
  summary: "Area under the ROC curve over all cases, of one binary label or averaged over labels.",
  notes: [
    "Equal to scikit-learn's roc_auc_score: cases with equal scores count half (midranks), so only the order of the scores matters; logits and probabilities give the same AUC of a column.",
    "auc_average: macro = plain mean of the columns; weighted = mean weighted by the number of positive cases; micro = AUC of all columns as one.",
    aucPolicy,
    "When no column has an AUC the value is NaN, which never is the best; with micro that is when all labels of all columns are the same.",
    "class_index picks one column, and auc_average has no effect then; include_list picks the columns of the average.",
    "Columns are counted from 0. In the fields of ComputeBinaryPreds column i is the i-th binary label of label_format.",
    "Labels must be 0 or 1; for a label of k classes there is ComputeMulticlassAverage.",
  ],
  args: {
    ...commonArgs,
    label_field: field("Field with the labels, 0 or 1, as many as `field` has numbers.").default("label"),
    auc_average: z.enum(aucAverages).default("macro").describe("How the columns are averaged."),
    class_index: column.nullable().default(null).describe("The only column to score; null = the average."),
    include_list: z
      .array(column)
      .min(1)
      .nullable()
      .default(null)
      .describe("Columns of the average; null = all."),
  },
  check: ({ class_index, include_list }) => [
    ...bothGiven(class_index, include_list),
    ...repeated(include_list ?? []),
  ],
  effect: (args) => (sample, context) => {
    const predictions = numbersFacts(sample, args.field, "field", args.name, context);
    const labels = numbersFacts(sample, args.label_field, "label_field", args.name, context);
    checkSameLength(predictions, labels, args, context);
    const count = labels?.length ?? null;
    for (const [argument, given] of [
      ["class_index", args.class_index ?? []],
      ["include_list", args.include_list ?? []],
    ] as const) {
      const bad = [given].flat().find((index) => count !== null && index >= count);
      if (bad === undefined) continue;
      context.error({
        code: "TOMO_BAD_VALUE",
        message: `${args.name} asks for column ${bad}, the labels have ${count}`,
        argument: [argument],
        expected: count === 1 ? "0" : `0 to ${count! - 1}`,
        hint: "columns are counted from 0, in the order of label_format",
      });
    }
  },
  build: (args) => {
    const columns = args.class_index === null ? args.include_list : [args.class_index];
    return {
      ...commonParts(args),
      fields: [args.field, args.label_field],
      policy: aucPolicy,
      score: (sample) => score(sample, args, columns),
      summarise: (scores) =>
        aucSummary(scores, {
          average: args.auc_average,
          columns,
          columnName: (index) => `${args.name}: column ${index} of "${args.label_field}"`,
        }),
    };
  },
});

function bothGiven(classIndex: number | null, include: readonly number[] | null): ArgFault[] {
  if (classIndex === null || include === null) return [];
  return [
    {
      argument: "class_index",
      message: "class_index and include_list contradict each other: one column, or an average of several",
      expected: "one of the two",
    },
  ];
}

function repeated(include: readonly number[]): ArgFault[] {
  const twice = include.find((entry, n) => include.indexOf(entry) !== n);
  if (twice === undefined) return [];
  return [
    {
      argument: "include_list",
      message: `include_list has column ${twice} twice`,
      expected: "each column once",
    },
  ];
}

interface AucArgs {
  readonly name: string;
  readonly field: string;
  readonly label_field: string;
  readonly class_index: number | null;
}

/** A case has no AUC of its own; its vectors hold the columns that count. */
function score(sample: Sample, args: AucArgs, columns: readonly number[] | null): CaseScore {
  const predictions = numbersOf(sample, args.field, args.name);
  const labels = numbersOf(sample, args.label_field, args.name);
  checkLengths(sample, args, predictions, labels);
  for (const index of columns ?? []) if (index >= labels.length) throw noColumn(index, args, labels.length);
  const chosen = (values: readonly number[]) =>
    columns === null ? values : columns.map((index) => values[index]!);
  const vectors = { predictions: chosen(predictions), labels: chosen(labels) };
  checkValues(sample, args, vectors);
  return { caseId: sample.caseId, value: Number.NaN, parts: {}, vectors };
}

function checkLengths(
  sample: Sample,
  { field, label_field }: AucArgs,
  predictions: readonly number[],
  labels: readonly number[],
): void {
  if (predictions.length === labels.length) return;
  throw new TomoError(
    "TOMO_SHAPE_MISMATCH",
    `"${field}" has ${predictions.length} numbers, "${label_field}" ${labels.length}`,
    {
      where: { case: sample.caseId, field: label_field },
      expected: "one label a prediction",
      hint: "labels of k classes have k outputs each: score the fields of ComputeBinaryPreds or ComputeMulticlassPreds",
    },
  );
}

const noColumn = (index: number, { name, field, class_index }: AucArgs, count: number): TomoError =>
  new TomoError("TOMO_BAD_VALUE", `${name}: "${field}" has ${count} columns, there is no column ${index}`, {
    where: { field },
    given: `${class_index === null ? "include_list with" : "class_index"} ${index}`,
    expected: count === 1 ? "0" : `0 to ${count - 1}`,
    hint: "columns are counted from 0, in the order of label_format",
  });

function checkValues(
  sample: Sample,
  { name, field, label_field }: AucArgs,
  { predictions, labels }: NonNullable<CaseScore["vectors"]>,
): void {
  if (predictions.some(Number.isNaN))
    throw new TomoError("TOMO_NOT_FINITE", `${name}: a prediction is NaN`, {
      where: { case: sample.caseId, field },
    });
  const wrong = labels.find((label) => label !== 0 && label !== 1);
  if (wrong === undefined) return;
  throw new TomoError("TOMO_LABEL_RANGE", `${name}: a label is ${wrong}`, {
    where: { case: sample.caseId, field: label_field },
    given: `[${labels.join(", ")}]`,
    expected: "0 or 1 in each column",
    hint: "ComputeMulticlassAverage scores labels of k classes",
  });
}
