import { aucOf } from "../../components/metrics/auc.ts";
import type { ClassificationStudy } from "./bootstrap.ts";
import { areProbabilities, type Calibration, calibrationOf } from "./calibration.ts";
import { bcaInterval, confidence, type Interval, noInterval } from "./interval.ts";
import { type OperatingPoint, operatingPoint, youdenThreshold } from "./operating_point.ts";
import { averagePrecision } from "./precision.ts";
import { misplacements, type Ranking } from "./ranking.ts";

/** Classes with fewer positives or negatives are flagged: their intervals are too narrow. */
export const fewCases = 10;

/** An area under the curve with its bootstrap interval; NaN where there is none. */
export interface AucEstimate extends Interval {
  readonly value: number;
  /** Resamples behind the interval: those with positives and negatives. */
  readonly resamples: number;
}

export interface ClassSummary {
  readonly name: string;
  readonly positives: number;
  readonly negatives: number;
  /** Fewer than `fewCases` positives or negatives. */
  readonly few: boolean;
  readonly auc: AucEstimate;
  readonly averagePrecision: number;
  /** Null where the scores are not probabilities; so is `atHalf`. */
  readonly calibration: Calibration | null;
  /** At the threshold 0.5. */
  readonly atHalf: OperatingPoint | null;
  /** At Youden's optimum on these same cases; null without positives or negatives. */
  readonly atYouden: OperatingPoint | null;
}

export interface ClassificationSummary {
  readonly cases: number;
  readonly resamples: number;
  readonly seed: number;
  readonly confidence: number;
  readonly classes: readonly ClassSummary[];
  /** Mean AUC over the classes that have one. */
  readonly mean: AucEstimate;
  readonly classesInMean: number;
}

export function classificationSummary(study: ClassificationStudy): ClassificationSummary {
  const { rankings, input, resamples, seed } = study;
  const values = rankings.map(({ scores, labels }) => aucOf(scores, labels));
  const jackknives = rankings.map(jackknifeOf);
  const present = [...values.keys()].filter((n) => !Number.isNaN(values[n]!));
  const leftOut = Float64Array.from(input.cases.keys(), (at) =>
    meanOfValid(present.map((n) => jackknives[n]![at]!)),
  );
  return {
    cases: input.cases.length,
    resamples,
    seed,
    confidence,
    classes: rankings.map((ranking, n) =>
      summaryOf(ranking, estimate(values[n]!, study.classes[n]!.aucs, jackknives[n]!, ranking)),
    ),
    mean: estimate(meanOfValid(values), study.mean.aucs, leftOut, null),
    classesInMean: present.length,
  };
}

function summaryOf(ranking: Ranking, auc: AucEstimate): ClassSummary {
  const { name, positives, negatives } = ranking;
  const youden = youdenThreshold(ranking);
  return {
    name,
    positives,
    negatives,
    few: Math.min(positives, negatives) < fewCases,
    auc,
    averagePrecision: averagePrecision(ranking),
    calibration: calibrationOf(ranking),
    atHalf: areProbabilities(ranking.scores) ? operatingPoint(ranking, 0.5) : null,
    atYouden: youden === null ? null : operatingPoint(ranking, youden),
  };
}

/** @param ranking The class, or null for the mean. With one positive or negative nothing shows how much it varies. */
function estimate(
  value: number,
  resampled: Float64Array,
  jackknife: Float64Array,
  ranking: Ranking | null,
): AucEstimate {
  const resamples = resampled.filter((auc) => !Number.isNaN(auc)).length;
  const lone = ranking !== null && Math.min(ranking.positives, ranking.negatives) < 2;
  return { value, resamples, ...(lone ? noInterval : bcaInterval(value, resampled, jackknife)) };
}

/** AUC without each of the cases; NaN where that leaves no positives or no negatives. */
function jackknifeOf(ranking: Ranking): Float64Array {
  const { labels, positives, negatives } = ranking;
  const wrong = misplacements(ranking);
  const total = wrong.reduce((sum, count) => sum + count, 0) / 2;
  return wrong.map((count, n) => {
    const pairs = labels[n] === 1 ? (positives - 1) * negatives : positives * (negatives - 1);
    return pairs === 0 ? Number.NaN : 1 - (total - count) / pairs;
  });
}

function meanOfValid(values: readonly number[]): number {
  const valid = values.filter((value) => !Number.isNaN(value));
  return valid.reduce((sum, value) => sum + value, 0) / valid.length;
}
