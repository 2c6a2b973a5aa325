import { csv } from "../io/csv.ts";

/** The values of one metric over all cases of a run, ready to be written. */
export interface MetricReport {
  readonly name: string;
  /** What the metric's own summary says; for means the mean of the cases that have a value. */
  readonly mean: number;
  /** How cases without a value are treated, in words. */
  readonly policy: string;
  readonly cases: readonly CaseRow[];
}
export interface CaseRow {
  readonly case: string;
  /** Path of the image, as the datalist has it. */
  readonly path: string;
  /** NaN = no value. */
  readonly value: number;
  /** Named parts, for example Dice by class. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface Statistics {
  readonly mean: number;
  /** Of the population. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
  /** Values that are not NaN. */
  readonly count: number;
}

/** Statistics of the values that are not NaN; all NaN when there is none. */
export function statisticsOf(values: readonly number[]): Statistics {
  const valid = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const count = valid.length;
  if (count === 0) return { mean: NaN, std: NaN, min: NaN, max: NaN, median: NaN, count };
  const mean = valid.reduce((sum, value) => sum + value, 0) / count;
  const std = Math.sqrt(valid.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
  const median = (valid[(count - 1) >> 1]! + valid[count >> 1]!) / 2;
  return { mean, std, min: valid[0]!, max: valid.at(-1)!, median, count };
}

/** Names of the parts that any case has, in order of appearance. */
export const partNames = (cases: readonly CaseRow[]): string[] => [
  ...new Set(cases.flatMap(({ parts }) => Object.keys(parts))),
];

/** Six significant digits without trailing zeros; "nan" for no value. */
export const valueText = (value: number): string =>
  Number.isNaN(value) ? "nan" : String(Number(value.toPrecision(6)));

/** `<name>_raw_results.txt`: a line a case, path and value separated by a blank. */
export const rawText = ({ cases }: MetricReport): string =>
  cases.map(({ path, value }) => `${path} ${valueText(value)}\n`).join("");

/** `<name>_summary_results.txt`: lines `key: value`. */
export function summaryText(report: MetricReport): string {
  const rows = [...summaryRows(report)];
  return [...rows, ["policy", report.policy]].map(([key, value]) => `${key}: ${value}\n`).join("");
}

function summaryRows(report: MetricReport): [string, string][] {
  const { std, min, max, median, count } = statisticsOf(report.cases.map(({ value }) => value));
  const numbers = { mean: report.mean, std, min, max, median };
  const parts = partNames(report.cases).map((part): [string, string] => {
    const found = statisticsOf(report.cases.map(({ parts }) => parts[part] ?? Number.NaN));
    return [`mean ${part}`, `${valueText(found.mean)} (${found.count} of ${report.cases.length} cases)`];
  });
  return [
    ["metric", report.name],
    ...Object.entries(numbers).map(([key, value]): [string, string] => [key, valueText(value)]),
    ["count", String(count)],
    ["cases", String(report.cases.length)],
    ...parts,
  ];
}

/** `<name>_raw_results.csv`, with a header; no value is an empty cell. */
export function rawCsv({ name, cases }: MetricReport): string {
  const parts = partNames(cases);
  const rows = cases.map((row) => [
    row.case,
    row.path,
    csvNumber(row.value),
    ...parts.map((part) => csvNumber(row.parts[part] ?? Number.NaN)),
  ]);
  return csv([["case", "path", name, ...parts], ...rows]);
}

/** `<name>_summary_results.csv`: a row for the metric and one a part. */
export function summaryCsv(report: MetricReport): string {
  const { cases, name } = report;
  const whole = { ...statisticsOf(cases.map(({ value }) => value)), mean: report.mean };
  const rows = [
    [name, whole] as const,
    ...partNames(cases).map(
      (part) => [part, statisticsOf(cases.map(({ parts }) => parts[part] ?? Number.NaN))] as const,
    ),
  ];
  const header = ["name", "mean", "std", "min", "max", "median", "count", "cases"];
  return csv([
    header,
    ...rows.map(([label, { mean, std, min, max, median, count }]) => [
      label,
      ...[mean, std, min, max, median].map(csvNumber),
      String(count),
      String(cases.length),
    ]),
  ]);
}

/** `<name>_results.json`: all of it; no value is null. */
export function resultsJson(report: MetricReport): string {
  const statistics = { ...statisticsOf(report.cases.map(({ value }) => value)), mean: report.mean };
  const { name, policy, cases } = report;
  return `${JSON.stringify({ name, policy, total: cases.length, ...statistics, cases }, null, 2)}\n`;
}

const csvNumber = (value: number): string => (Number.isNaN(value) ? "" : valueText(value));
