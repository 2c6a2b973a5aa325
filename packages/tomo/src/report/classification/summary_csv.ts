import { csv } from "../../io/csv.ts";
import { valueText } from "../results.ts";
import type { OperatingPoint } from "./operating_point.ts";
import type { ClassificationSummary, ClassSummary } from "./summary.ts";

/** `classification_report.csv`: a header, a row a class, a row for their mean; no value is an empty cell. */
export function classificationCsv(summary: ClassificationSummary): string {
  const rows = summary.classes.map((found) => columnsOf(found, summary.cases));
  const { value, low, high, resamples } = summary.mean;
  const mean = {
    class: `mean of ${summary.classesInMean} classes`,
    cases: summary.cases,
    auc: value,
    auc_low: low,
    auc_high: high,
    auc_resamples: resamples,
  };
  const header = Object.keys(rows[0] ?? mean);
  return csv([header, ...[...rows, mean].map((row) => header.map((name) => cell({ ...row }[name])))]);
}

type Cell = string | number | boolean | undefined;

function columnsOf(found: ClassSummary, cases: number) {
  const { auc, calibration } = found;
  return {
    class: found.name,
    cases,
    positives: found.positives,
    negatives: found.negatives,
    few_cases: found.few,
    auc: auc.value,
    auc_low: auc.low,
    auc_high: auc.high,
    auc_resamples: auc.resamples,
    average_precision: found.averagePrecision,
    mean_prediction: calibration?.meanPrediction,
    brier: calibration?.brier,
    brier_skill: calibration?.brierSkill,
    ...pointColumns("half", found.atHalf),
    ...pointColumns("youden", found.atYouden),
  };
}

/** @param prefix Of the column names; the columns are the same where there is no point. */
function pointColumns(prefix: string, point: OperatingPoint | null): Record<string, Cell> {
  const columns: Record<string, Cell> = {
    // not rounded: it would move cases across
    threshold: point === null ? undefined : String(point.threshold),
    true_positives: point?.truePositives,
    false_positives: point?.falsePositives,
    true_negatives: point?.trueNegatives,
    false_negatives: point?.falseNegatives,
    sensitivity: point?.sensitivity.value,
    sensitivity_low: point?.sensitivity.low,
    sensitivity_high: point?.sensitivity.high,
    specificity: point?.specificity.value,
    specificity_low: point?.specificity.low,
    specificity_high: point?.specificity.high,
    ppv: point?.ppv,
    npv: point?.npv,
  };
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [`${prefix}_${name}`, value]));
}

const cell = (value: Cell): string =>
  typeof value === "number" ? (Number.isNaN(value) ? "" : valueText(value)) : String(value ?? "");
