import type { Column } from "./cases.ts";

/** The cases of one class from the highest score to the lowest: sorted once, for all resamples. */
export interface Ranking extends Column {
  /**
   * 4 · case number + 2 where the next case has an equal score + label. In one word, so that a pass over a resample
   * reads one list in order and only the counts out of order.
   */
  readonly entries: Uint32Array;
  /** Case numbers of the positives, ascending. */
  readonly positiveCases: Uint32Array;
  readonly positives: number;
  readonly negatives: number;
}

export function rankingOf(column: Column): Ranking {
  const { scores, labels } = column;
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const positiveCases = Uint32Array.from(labels.keys()).filter((n) => labels[n] === 1);
  return {
    ...column,
    entries: order.map(
      (n, rank) => 4 * n + (scores[n] === scores[order[rank + 1] ?? -1] ? 2 : 0) + labels[n]!,
    ),
    positiveCases,
    positives: positiveCases.length,
    negatives: labels.length - positiveCases.length,
  };
}

interface Run {
  readonly score: number;
  /** Case numbers. */
  readonly cases: readonly number[];
  readonly positives: number;
  readonly negatives: number;
}

/** The runs of equal scores, from the highest score down. */
export function* runsOf({ entries, scores }: Ranking): Generator<Run> {
  let [cases, positives]: [number[], number] = [[], 0];
  for (const entry of entries) {
    cases.push(entry >>> 2);
    positives += entry & 1;
    if ((entry & 2) !== 0) continue;
    yield { score: scores[entry >>> 2]!, cases, positives, negatives: cases.length - positives };
    [cases, positives] = [[], 0];
  }
}

/**
 * For each case how many cases of the other label its score stands on the wrong side of, equal scores counting one
 * half: for a positive the negatives above it, for a negative the positives below it. (One minus DeLong's placement
 * values, times the number of the others; the sum over either label is (1 - AUC) · positives · negatives.)
 */
export function misplacements(ranking: Ranking): Float64Array {
  const wrong = new Float64Array(ranking.labels.length);
  let [positivesAbove, negativesAbove] = [0, 0];
  for (const { cases, positives, negatives } of runsOf(ranking)) {
    for (const n of cases)
      wrong[n] =
        ranking.labels[n] === 1
          ? negativesAbove + negatives / 2
          : ranking.positives - positivesAbove - positives / 2;
    positivesAbove += positives;
    negativesAbove += negatives;
  }
  return wrong;
}
