import { boolean, field, string } from "../args.ts";
import type { CaseScore, MetricSummary } from "../contracts.ts";

/** Arguments that every metric has. */
export const commonArgs = {
  name: string("Name in the log, in TensorBoard and of the report files.").min(1),
  field: field("Field to score."),
  report_path: string("Folder for <name>_raw_results and <name>_summary_results; none without it.")
    .nullable()
    .default(null),
  do_summary: boolean("Write the value to TensorBoard.").default(true),
  do_print: boolean("Print the value.").default(true),
  is_key_metric: boolean("This metric decides which model is the best; larger is better.").default(false),
};

interface CommonArgs {
  readonly name: string;
  readonly report_path: string | null;
  readonly do_summary: boolean;
  readonly do_print: boolean;
  readonly is_key_metric: boolean;
}

/** The part of a metric that follows from the common arguments. */
export const commonParts = (args: CommonArgs) => ({
  name: args.name,
  isKeyMetric: args.is_key_metric,
  reportPath: args.report_path,
  doSummary: args.do_summary,
  doPrint: args.do_print,
});

export const hasValue = (value: number): boolean => !Number.isNaN(value);

/** Mean of the values that are not NaN; NaN when there is none. */
export function meanOf(values: readonly number[]): number {
  const valid = values.filter(hasValue);
  return valid.reduce((sum, value) => sum + value, 0) / valid.length;
}

/** Mean over the cases that have a value, of the value and of each part; 0 when none has, as Clara's metric lists do. */
export function meanOverCases(scores: readonly CaseScore[]): MetricSummary {
  const values = scores.map(({ value }) => value);
  const names = [...new Set(scores.flatMap(({ parts }) => Object.keys(parts)))];
  const count = values.filter(hasValue).length;
  return {
    value: count === 0 ? 0 : meanOf(values),
    count,
    parts: Object.fromEntries(
      names.map((name) => [name, meanOf(scores.map(({ parts }) => parts[name] ?? Number.NaN))]),
    ),
    warnings: [],
  };
}
