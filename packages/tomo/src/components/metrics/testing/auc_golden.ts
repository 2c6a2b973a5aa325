import { readFileSync } from "node:fs";

const stored = JSON.parse(readFileSync(new URL("../golden/auc.json", import.meta.url), "utf8")) as {
  readonly columns: string;
  readonly averages: string;
  readonly oneAgainstRest: string;
  readonly curves: readonly (readonly (readonly (number | null)[])[])[];
};

function unpacked(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  return Float64Array.from({ length: bytes.length / 8 }, (_, n) => bytes.readDoubleLE(8 * n));
}

/** scikit-learn's results, written by golden/auc.py for the cases below; NaN = no AUC. */
export const golden = {
  /** By case. */
  columns: unpacked(stored.columns),
  /** By case: macro, weighted, micro. */
  averages: unpacked(stored.averages),
  oneAgainstRest: unpacked(stored.oneAgainstRest),
  /** By case: false positive rates, true positive rates, thresholds with null for infinity. */
  curves: stored.curves,
};
export const curveCases = [2, 3, 5, 8, 13, 21] as const;

/** A 32-bit integer hash (lowbias32). */
export function mixed(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

export interface Column {
  readonly scores: number[];
  readonly labels: number[];
}

/** Scores with ties and labels of one binary column. */
export function columnOf(index: number, count: number): Column {
  const draw = (k: number): number => mixed(index * 4096 + k);
  const levels = [2, 3, 5, 10, 100, 1000, 1000000][draw(1) % 7]!;
  const percent = [2, 10, 30, 50, 90][draw(2) % 5]!;
  const labels = Array.from({ length: count }, (_, n) => (draw(4 + 2 * n) % 100 < percent ? 1 : 0));
  const shift = (index % 4) * Math.floor(levels / 4);
  const scores = labels.map((label, n) => ((draw(3 + 2 * n) % levels) + label * shift) / levels - 0.5);
  return { scores, labels };
}

export const countOf = (index: number): number => 2 + (mixed(index * 4096) % 120);

/** 2 to 8 columns. */
export const columnsOf = (index: number): Column[] =>
  Array.from({ length: 2 + (mixed(index) % 7) }, (_, c) => columnOf(index * 8 + c, countOf(index)));

/** Cases of 3 to 6 classes: probabilities and class indices. */
export function classesOf(index: number): { probabilities: number[][]; labels: number[] } {
  const count = 10 + countOf(index);
  const width = 3 + (mixed(index) % 4);
  const labels = Array.from({ length: count }, (_, n) =>
    n < width ? n : mixed(index * 4096 + 2000 + n) % width,
  );
  const probabilities = labels.map((_, n) => {
    const weights = Array.from({ length: width }, (_, c) => 1 + (mixed(index * 4096 + n * 8 + c) % 20));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
  return { probabilities, labels };
}
