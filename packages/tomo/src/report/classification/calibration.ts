import type { Column } from "./cases.ts";

/** Whether probabilities are as large as they should be. */
export interface Calibration {
  /** Mean predicted probability; the share of positives is what it should be. */
  readonly meanPrediction: number;
  /** Mean squared distance of probability and label (Brier 1950): 0 is perfect. */
  readonly brier: number;
  /** 1 - Brier / that of always saying the share of positives: 1 is perfect, below 0 worse than that; NaN with one label only. */
  readonly brierSkill: number;
}

/** Null when the scores are not probabilities, or there are none. */
export function calibrationOf({ scores, labels }: Column): Calibration | null {
  if (scores.length === 0 || !areProbabilities(scores)) return null;
  const mean = (value: (n: number) => number) =>
    scores.reduce((sum, _, n) => sum + value(n), 0) / scores.length;
  const share = mean((n) => labels[n]!);
  const brier = mean((n) => (scores[n]! - labels[n]!) ** 2);
  const reference = share * (1 - share);
  return {
    meanPrediction: mean((n) => scores[n]!),
    brier,
    brierSkill: reference === 0 ? Number.NaN : 1 - brier / reference,
  };
}

export const areProbabilities = (scores: Float64Array): boolean =>
  scores.every((score) => score >= 0 && score <= 1);
