import { boolean, field, string } from "../args.ts";
import type { CaseScore } from "../contracts.ts";

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

/** Mean over the cases that have a value; 0 when none has, as Clara's metric lists do. */
export const meanOverCases = (scores: readonly CaseScore[]): number => {
  const mean = meanOf(scores.map((score) => score.value));
  return hasValue(mean) ? mean : 0;
};
