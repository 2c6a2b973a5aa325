import { TomoError } from "../../errors/tomo_error.ts";
import type { CaseScore, MetricSummary } from "../contracts.ts";
import { aucOf } from "./auc.ts";
import { hasValue, meanOf } from "./common.ts";

export const aucAverages = ["macro", "micro", "weighted"] as const;
export type AucAverage = (typeof aucAverages)[number];

/** All cases of one column: a binary label, or one class against the rest. */
export interface AucColumn {
  readonly scores: Float64Array;
  /** 0 or 1. */
  readonly labels: Uint8Array;
}

/** How `vectors` of cases were made, and what is wanted of them. */
export interface AucRule {
  readonly average: AucAverage;
  /** Column in the field of each entry of the vectors; null = they are all columns. */
  readonly columns: readonly number[] | null;
  /** What a column is called in warnings, for example `column 14 of "labels"`. */
  readonly columnName: (column: number) => string;
}

/** What is done with columns of one class, for reports and documentation. */
export const aucPolicy =
  "A column in which all cases have the same label has no AUC; it is left out of the mean, and a warning names it.";

/**
 * AUC over all cases: of each column (parts class_<column>, unless there is but one) and their average.
 * @param scores with vectors of equal lengths; order does not matter
 * @throws TomoError TOMO_SHAPE_MISMATCH with the case whose vectors have another length
 */
export function aucSummary(scores: readonly CaseScore[], rule: AucRule): MetricSummary {
  const columns = columnsOf(scores);
  const found = columns.map((column) => aucOf(column.scores, column.labels));
  const indices = rule.columns ?? columns.map((_, index) => index);
  const single = columns.length === 1 && rule.columns !== null;
  return {
    value: averageAuc(columns, found, rule.average),
    count: scores.length,
    parts: single ? {} : Object.fromEntries(found.map((auc, n) => [`class_${indices[n]}`, auc])),
    warnings: warningsOf(columns, found, indices, rule),
  };
}

/** As scikit-learn's roc_auc_score(average=…), but macro and weighted leave out columns without AUC. */
export function averageAuc(
  columns: readonly AucColumn[],
  aucs: readonly number[],
  average: AucAverage,
): number {
  if (average === "macro") return meanOf(aucs);
  if (average === "weighted") return meanByPositives(columns, aucs);
  const all = <A extends Float64Array | Uint8Array>(joined: A, part: (column: AucColumn) => A): A => {
    let at = 0;
    for (const column of columns) {
      joined.set(part(column), at);
      at += part(column).length;
    }
    return joined;
  };
  const length = columns.reduce((sum, { scores }) => sum + scores.length, 0);
  return aucOf(
    all(new Float64Array(length), ({ scores }) => scores),
    all(new Uint8Array(length), ({ labels }) => labels),
  );
}

const positivesOf = ({ labels }: AucColumn): number => labels.reduce((sum, label) => sum + label, 0);

/** NaN where no column has an AUC. */
function meanByPositives(columns: readonly AucColumn[], aucs: readonly number[]): number {
  let [sum, weights] = [0, 0];
  for (const [n, auc] of aucs.entries()) {
    if (!hasValue(auc)) continue;
    const weight = positivesOf(columns[n]!);
    sum += weight * auc;
    weights += weight;
  }
  return sum / weights;
}

/** Turns the vectors of the cases into columns. */
function columnsOf(scores: readonly CaseScore[]): AucColumn[] {
  const width = scores[0]?.vectors?.predictions.length ?? 0;
  const columns = Array.from({ length: width }, () => ({
    scores: new Float64Array(scores.length),
    labels: new Uint8Array(scores.length),
  }));
  for (const [n, { caseId, vectors }] of scores.entries()) {
    if (vectors?.predictions.length !== width || vectors.labels.length !== width)
      throw new TomoError("TOMO_SHAPE_MISMATCH", "cases have different numbers of outputs", {
        where: { case: caseId },
        given: `${vectors?.predictions.length ?? 0} outputs`,
        expected: `${width}, as in case ${scores[0]!.caseId}`,
      });
    for (const [c, column] of columns.entries()) {
      column.scores[n] = vectors.predictions[c]!;
      column.labels[n] = vectors.labels[c]!;
    }
  }
  return columns;
}

function warningsOf(
  columns: readonly AucColumn[],
  aucs: readonly number[],
  indices: readonly number[],
  { average, columnName }: AucRule,
): string[] {
  const lost = columns.length > 1 && average !== "micro" ? " and is left out of the mean" : "";
  return columns.flatMap((column, n) => {
    if (hasValue(aucs[n]!)) return [];
    const only = positivesOf(column) === 0 ? "negative" : "positive";
    return [`${columnName(indices[n]!)} has only ${only} cases, so it has no AUC${lost}`];
  });
}
