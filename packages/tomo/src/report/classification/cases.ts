import { TomoError } from "../../errors/tomo_error.ts";

/** What a network said of each case, and what is true: one column a class. */
export interface ClassificationCases {
  readonly classNames: readonly string[];
  readonly cases: readonly ClassifiedCase[];
}
export interface ClassifiedCase {
  readonly case: string;
  /** Path of the image, as the datalist has it. */
  readonly path: string;
  /** Larger = rather this class. Probabilities where thresholds and calibration should mean something. */
  readonly predictions: readonly number[];
  /** 0 or 1. */
  readonly labels: readonly number[];
}

/** One class over all cases, in the order of the cases. */
export interface Column {
  readonly name: string;
  readonly scores: Float64Array;
  /** 0 or 1. */
  readonly labels: Uint8Array;
}

/** @throws TomoError TOMO_PREDICTIONS_UNFIT for the first number that is not finite, not 0 or 1, missing or too many */
export function columnsOf({ classNames, cases }: ClassificationCases): Column[] {
  for (const row of cases) {
    checkLength(row, "predictions", classNames.length);
    checkLength(row, "labels", classNames.length);
  }
  return classNames.map((name, n) => ({
    name,
    scores: Float64Array.from(cases, (row) => checked(row, "predictions", n, name)),
    labels: Uint8Array.from(cases, (row) => checked(row, "labels", n, name)),
  }));
}

function checkLength(row: ClassifiedCase, field: "predictions" | "labels", classes: number): void {
  if (row[field].length !== classes)
    throw unfit(row.case, field, `${row[field].length} ${field}`, `${classes}, one a class`);
}

function checked(row: ClassifiedCase, field: "predictions" | "labels", n: number, name: string): number {
  const value = row[field][n]!;
  const fits = field === "predictions" ? Number.isFinite(value) : value === 0 || value === 1;
  if (fits) return value;
  const expected = field === "predictions" ? "a finite number" : "0 or 1";
  throw unfit(row.case, field, `${value} for class "${name}"`, expected);
}

const unfit = (name: string, field: string, given: string, expected: string): TomoError =>
  new TomoError("TOMO_PREDICTIONS_UNFIT", `the ${field} of case ${name} cannot be reported on`, {
    where: { case: name, field },
    given,
    expected,
  });
