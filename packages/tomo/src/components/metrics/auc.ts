/**
 * ROC analysis of one column of scores against labels 0 and 1. Cases with equal scores change sides together, which
 * makes the area equal to the trapezoid rule, to midranks and to scikit-learn (Hanley and McNeil 1982, Fawcett 2006).
 */

/** A point of the ROC curve: cases with a score of `threshold` or more are called positive. */
export interface RocPoint {
  /** Infinity at the first point, where no case is called positive. */
  readonly threshold: number;
  /** False positives over all negatives: 1 − specificity. */
  readonly falsePositiveRate: number;
  /** True positives over all positives: sensitivity. */
  readonly truePositiveRate: number;
}

/**
 * Area under the ROC curve: the probability that a positive case has the higher score, ties counted half. Exact but
 * for one rounding; O(n log n).
 * @returns NaN where all labels are equal, or there is none
 * @throws RangeError for NaN among the scores, labels other than 0 and 1, or different lengths
 */
export function aucOf(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { positive, negative } = sides(scores, labels);
  let below = 0;
  let above = 0;
  let doubled = 0;
  for (const score of positive) {
    while (below < negative.length && negative[below]! < score) below++;
    above = Math.max(above, below);
    while (above < negative.length && negative[above]! === score) above++;
    doubled += below + above;
  }
  return doubled / (2 * positive.length * negative.length);
}

/**
 * The whole curve, from (0, 0) to (1, 1), one point a distinct score (scikit-learn's drop_intermediate=False).
 * @returns no point where all labels are equal, or there is none
 * @throws RangeError as aucOf
 */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): RocPoint[] {
  const { positive, negative } = sides(scores, labels);
  if (positive.length === 0 || negative.length === 0) return [];
  const points: RocPoint[] = [
    { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 },
  ];
  let [truePositives, falsePositives] = [0, 0];
  while (truePositives < positive.length || falsePositives < negative.length) {
    const threshold = Math.max(
      fromTop(positive, truePositives) ?? Number.NEGATIVE_INFINITY,
      fromTop(negative, falsePositives) ?? Number.NEGATIVE_INFINITY,
    );
    while (fromTop(positive, truePositives) === threshold) truePositives++;
    while (fromTop(negative, falsePositives) === threshold) falsePositives++;
    points.push({
      threshold,
      falsePositiveRate: falsePositives / negative.length,
      truePositiveRate: truePositives / positive.length,
    });
  }
  return points;
}

/** The n-th largest of ascending values, counted from 0. */
const fromTop = (values: Float64Array, n: number): number | undefined => values[values.length - 1 - n];

interface Sides {
  /** Scores of the cases with label 1, ascending. */
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

function sides(scores: ArrayLike<number>, labels: ArrayLike<number>): Sides {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores have ${labels.length} labels`);
  const of = (label: number): Float64Array => {
    let count = 0;
    const values = new Float64Array(scores.length);
    for (let n = 0; n < scores.length; n++) if (labels[n] === label) values[count++] = scores[n]!;
    return values.subarray(0, count).sort();
  };
  const [positive, negative] = [of(1), of(0)];
  if (positive.length + negative.length !== labels.length) throw new RangeError("labels must be 0 or 1");
  // NaN sorts last
  if (Number.isNaN(positive.at(-1)) || Number.isNaN(negative.at(-1))) throw new RangeError("a score is NaN");
  return { positive, negative };
}
