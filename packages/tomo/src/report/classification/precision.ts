import { type Ranking, runsOf } from "./ranking.ts";

/** Sum of precision × gain in recall over the thresholds, as scikit-learn's average_precision_score; NaN without positives. */
export function averagePrecision(ranking: Ranking): number {
  let [found, called, sum] = [0, 0, 0];
  for (const { positives, negatives } of runsOf(ranking)) {
    found += positives;
    called += positives + negatives;
    sum += (positives * found) / called;
  }
  return sum / ranking.positives;
}
