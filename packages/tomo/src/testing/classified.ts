import { RandomStream } from "../data/random.ts";
import type { ClassificationCases } from "../report/classification/cases.ts";

/** Made-up predictions: of class n a share of 1 / (n + 2) is positive and scores higher by `shift`. */
export function classified(
  count: number,
  classNames: readonly string[],
  { seed = 1, shift = 1, levels = 0 }: { seed?: number; shift?: number; levels?: number } = {},
): ClassificationCases {
  const random = new RandomStream({ seed });
  const score = (label: number): number => {
    const probability = 1 / (1 + Math.exp(-(random.normal() + shift * label - 1)));
    // few levels make ties
    return levels > 0 ? Math.round(probability * levels) / levels : Math.round(probability * 1e6) / 1e6;
  };
  const cases = Array.from({ length: count }, (_, n) => {
    const labels = classNames.map((__, c) => (random.bernoulli(1 / (c + 2)) ? 1 : 0));
    return { case: `case_${n}`, path: `images/case_${n}.png`, labels, predictions: labels.map(score) };
  });
  return { classNames, cases };
}

/** One class, from its columns. */
export const oneClass = (
  predictions: readonly number[],
  labels: readonly number[],
  name = "finding",
): ClassificationCases => ({
  classNames: [name],
  cases: predictions.map((prediction, n) => ({
    case: `case_${n}`,
    path: `images/case_${n}.png`,
    predictions: [prediction],
    labels: [labels[n]!],
  })),
});
