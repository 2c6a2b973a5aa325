import { areProbabilities } from "./calibration.ts";
import { type ClassificationCases, columnsOf } from "./cases.ts";
import { youdenThreshold } from "./operating_point.ts";
import { misplacements, type Ranking, rankingOf } from "./ranking.ts";

/** A case on the wrong side of the threshold of one class. */
export interface HardCase {
  readonly case: string;
  /** Path of the image, as the datalist has it. */
  readonly path: string;
  readonly className: string;
  readonly prediction: number;
  readonly label: 0 | 1;
  readonly threshold: number;
  /** Cases of the other label that its score stands on the wrong side of, equal ones counting half; of `others`. */
  readonly misplaced: number;
  readonly others: number;
}

/** Both lists start with the hardest case and name a case once. */
export interface HardestCases {
  /** Labelled, but scored low. */
  readonly falseNegatives: readonly HardCase[];
  /** Scored high, but not labelled. */
  readonly falsePositives: readonly HardCase[];
}

/**
 * The worst errors of all classes, at Youden's threshold of each class (where all labels are equal: at 0.5).
 * Scores of different classes are not comparable (a rare class never scores high), so cases are ranked by the share of
 * the other label that they stand on the wrong side of, misplaced / (others + 1): the 1 keeps a class with one positive,
 * to which any negative above it is above all positives, behind classes that have more to say. Then by the score.
 * @throws TomoError TOMO_PREDICTIONS_UNFIT
 */
export function hardestCases(
  input: ClassificationCases,
  options: { readonly perBlock?: number } = {},
): HardestCases {
  const errors = columnsOf(input).flatMap((column) => errorsOf(input, rankingOf(column)));
  const chosen = (label: 0 | 1) =>
    hardest(
      errors.filter((found) => found.label === label),
      options.perBlock ?? 12,
    );
  return { falseNegatives: chosen(1), falsePositives: chosen(0) };
}

/** A class takes at most a third of the places, unless the others cannot fill them. */
function hardest(errors: readonly HardCase[], places: number): HardCase[] {
  const sorted = errors.toSorted(byHardness);
  const chosen = new Map<string, HardCase>();
  const taken = new Map<string, number>();
  for (const most of [Math.ceil(places / 3), places])
    for (const found of sorted) {
      const before = taken.get(found.className) ?? 0;
      if (chosen.size === places || before >= most || chosen.has(found.case)) continue;
      chosen.set(found.case, found);
      taken.set(found.className, before + 1);
    }
  return [...chosen.values()].sort(byHardness);
}

function errorsOf({ cases }: ClassificationCases, ranking: Ranking): HardCase[] {
  const { name, scores, labels, positives, negatives } = ranking;
  const threshold = youdenThreshold(ranking) ?? (areProbabilities(scores) ? 0.5 : null);
  if (threshold === null) return [];
  const wrong = misplacements(ranking);
  return cases.flatMap((row, n) => {
    const label = labels[n] === 1 ? 1 : 0;
    if (scores[n]! >= threshold === (label === 1)) return [];
    return {
      case: row.case,
      path: row.path,
      className: name,
      prediction: scores[n]!,
      label,
      threshold,
      misplaced: wrong[n]!,
      others: label === 1 ? negatives : positives,
    };
  });
}

const hardness = ({ misplaced, others }: HardCase): number => misplaced / (others + 1);

/** Hardest first; sorting is stable, so equally hard ones stay in the order of classes and cases. */
function byHardness(a: HardCase, b: HardCase): number {
  const score = a.label === 1 ? a.prediction - b.prediction : b.prediction - a.prediction;
  return hardness(b) - hardness(a) || score;
}
