import { csv } from "../io/csv.ts";
import { valueText } from "./results.ts";

/** A metric that all cases have together, such as AUC, with what it was made from; ready to be written. */
export interface JointReport {
  readonly name: string;
  readonly value: number;
  /** Cases behind the value. */
  readonly count: number;
  /** Named parts, for example AUC by class; NaN = no value. */
  readonly parts: Readonly<Record<string, number>>;
  /** How cases or classes without a value are treated, in words. */
  readonly policy: string;
  readonly cases: readonly JointCase[];
}
export interface JointCase {
  readonly case: string;
  /** Path of the image, as the datalist has it. */
  readonly path: string;
  readonly predictions: readonly number[];
  readonly labels: readonly number[];
}

/** `<name>_raw_results.txt`: a line a case: path, predictions, labels, separated by blanks. */
const rawText = ({ cases }: JointReport): string =>
  cases
    .map(({ path, predictions, labels }) => `${[path, ...predictions.map(valueText), ...labels].join(" ")}\n`)
    .join("");

/** `<name>_summary_results.txt`: lines `key: value`. */
function summaryText({ name, value, count, parts, policy, cases }: JointReport): string {
  const rows: [string, string][] = [
    ["metric", name],
    ["value", valueText(value)],
    ["count", String(count)],
    ["cases", String(cases.length)],
    ...Object.entries(parts).map(([part, found]): [string, string] => [part, valueText(found)]),
    ["policy", policy],
  ];
  return rows.map(([key, text]) => `${key}: ${text}\n`).join("");
}

/** `<name>_raw_results.csv`: a row a case, a column a prediction and a column a label. */
function rawCsv({ cases }: JointReport): string {
  const numbered = (word: string, values: readonly number[]) => values.map((_, n) => `${word}_${n}`);
  const [first] = cases;
  const head = [
    "case",
    "path",
    ...numbered("prediction", first?.predictions ?? []),
    ...numbered("label", first?.labels ?? []),
  ];
  const rows = cases.map((row) => [
    row.case,
    row.path,
    ...row.predictions.map(valueText),
    ...row.labels.map(String),
  ]);
  return csv([head, ...rows]);
}

/** `<name>_summary_results.csv`: a row for the metric and one a part; no value is an empty cell. */
const summaryCsv = ({ name, value, count, parts, cases }: JointReport): string =>
  csv([
    ["name", "value", "count", "cases"],
    ...Object.entries({ [name]: value, ...parts }).map(([label, found]) => [
      label,
      Number.isNaN(found) ? "" : valueText(found),
      String(count),
      String(cases.length),
    ]),
  ]);

/** The files of a report by what their names end with; in JSON no value is null. */
export const jointForms = {
  "_raw_results.txt": rawText,
  "_summary_results.txt": summaryText,
  "_raw_results.csv": rawCsv,
  "_summary_results.csv": summaryCsv,
  "_results.json": (report: JointReport): string => `${JSON.stringify(report, null, 2)}\n`,
} as const;
