import { type Interval, wilsonInterval } from "./interval.ts";
import { type Ranking, runsOf } from "./ranking.ts";

/** A share with Wilson's 95 % interval; NaN where nothing was to be counted. */
export interface Proportion extends Interval {
  readonly value: number;
}

/** What a threshold does: a case counts as positive from this score on. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
  readonly sensitivity: Proportion;
  readonly specificity: Proportion;
  /** Positive and negative predictive value at the prevalence of these cases. */
  readonly ppv: number;
  readonly npv: number;
}

export function operatingPoint(ranking: Ranking, threshold: number): OperatingPoint {
  let [found, alarms] = [0, 0];
  for (const { score, positives, negatives } of runsOf(ranking)) {
    if (score < threshold) break;
    found += positives;
    alarms += negatives;
  }
  const [missed, spared] = [ranking.positives - found, ranking.negatives - alarms];
  return {
    threshold,
    truePositives: found,
    falsePositives: alarms,
    trueNegatives: spared,
    falseNegatives: missed,
    sensitivity: proportion(found, ranking.positives),
    specificity: proportion(spared, ranking.negatives),
    ppv: found / (found + alarms),
    npv: spared / (spared + missed),
  };
}

const proportion = (successes: number, trials: number): Proportion => ({
  value: successes / trials,
  ...wilsonInterval(successes, trials),
});

/**
 * The score with the largest sensitivity + specificity - 1 (Youden 1950), of equal ones the highest; null when positives
 * or negatives are absent. Chosen on the cases it is measured on, it flatters.
 */
export function youdenThreshold(ranking: Ranking): number | null {
  if (ranking.positives === 0 || ranking.negatives === 0) return null;
  let [found, alarms, best, threshold] = [0, 0, Number.NEGATIVE_INFINITY, 0];
  for (const { score, positives, negatives } of runsOf(ranking)) {
    found += positives;
    alarms += negatives;
    // whole numbers: equal indices must compare equal
    const index = found * ranking.negatives - alarms * ranking.positives;
    if (index > best) [best, threshold] = [index, score];
  }
  return threshold;
}
