import { RandomStream } from "../../data/random.ts";
import type { Ranking } from "./ranking.ts";

/** False positive rates at which curves are averaged and compared: 0, 0.01, … 1. */
export const curvePoints = 101;

/** How often each case counts; bytes, as a case is not drawn 256 times before the end of the world (1 / 256!). */
export type Counts = Uint8Array;

/** Draws as many cases as there are, with replacement. A function of (seed, resample), whatever the classes. */
export function drawResample(counts: Counts, seed: number, resample: number): void {
  const random = new RandomStream({ seed, index: resample });
  counts.fill(0);
  for (let n = 0; n < counts.length; n++) counts[random.integer(0, counts.length)]!++;
}

/**
 * ROC of a resample in one pass over the ranked cases.
 * @param counts Sum to the number of cases.
 * @param curve Receives the sensitivities at `curvePoints` false positive rates: linear between the points of the
 *   curve, the upper end of vertical parts.
 * @returns the area under the curve; NaN, with `curve` left alone, when positives or negatives are absent
 */
export function resampledRoc(ranking: Ranking, counts: Counts, curve: Float32Array): number {
  const { entries, positiveCases } = ranking;
  let positives = 0;
  for (let n = 0; n < positiveCases.length; n++) positives += counts[positiveCases[n]!]!;
  const negatives = entries.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  const step = negatives / (curvePoints - 1);
  let point = 0;
  let target = 0;
  let area = 0;
  // false and true positives above the present run of equal scores, and inside it
  let right = 0;
  let up = 0;
  let dx = 0;
  let dy = 0;
  for (let rank = 0; rank < entries.length; rank++) {
    const entry = entries[rank]!;
    const count = counts[entry >>> 2]!;
    if ((entry & 1) !== 0) dy += count;
    else dx += count;
    if ((entry & 2) !== 0) continue;
    if (dx > 0) {
      area += dx * (up + dy / 2);
      while (target < right + dx && point < curvePoints) {
        curve[point] = (up + ((target - right) / dx) * dy) / positives;
        target = ++point * step;
      }
      right += dx;
      dx = 0;
    }
    up += dy;
    dy = 0;
  }
  curve.fill(1, point);
  return area / (positives * negatives);
}
