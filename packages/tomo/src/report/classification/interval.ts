import { normalQuantile } from "../../data/normal_noise.ts";

/** Confidence bounds; NaN where there are none. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
export const noInterval: Interval = { low: Number.NaN, high: Number.NaN };

/** Of all intervals of the reports. */
export const confidence = 0.95;
const z = 1.959963984540054;

/** Wilson's score interval of a proportion (JASA 22, 1927). No trials: NaN. */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return noInterval;
  const share = successes / trials;
  const centre = share + z ** 2 / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  const scale = 1 + z ** 2 / trials;
  // exact at the ends, where rounding would leave the range
  return {
    low: successes === 0 ? 0 : (centre - reach) / scale,
    high: successes === trials ? 1 : (centre + reach) / scale,
  };
}

/**
 * Bias-corrected and accelerated bootstrap interval (Efron 1987, "Better bootstrap confidence intervals").
 * @param resampled The statistic of each resample; NaN where a resample has none.
 * @param jackknife The statistic with each case left out once; NaN likewise.
 * @returns NaN when the resamples do not vary, for example at an AUC of 1: they cannot say how sure it is
 */
export function bcaInterval(estimate: number, resampled: Float64Array, jackknife: Float64Array): Interval {
  const sorted = resampled.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length < 2 || sorted[0] === sorted.at(-1) || Number.isNaN(estimate)) return noInterval;
  const below = sorted.filter((value) => value < estimate).length;
  const equal = sorted.filter((value) => value === estimate).length;
  // an estimate outside all resamples counts as half a resample inside
  const rank = Math.min(sorted.length - 0.5, Math.max(0.5, below + equal / 2));
  const bias = normalQuantile(rank / sorted.length);
  const acceleration = accelerationOf(jackknife.filter((value) => !Number.isNaN(value)));
  const bound = (deviate: number): number => {
    const corrected = bias + deviate;
    return quantile(sorted, normalCdf(bias + corrected / Math.max(1e-3, 1 - acceleration * corrected)));
  };
  return { low: bound(-z), high: bound(z) };
}

function accelerationOf(jackknife: Float64Array): number {
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  let [squares, cubes] = [0, 0];
  for (const value of jackknife) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** The middle `confidence` of the values. */
export function percentileInterval(sorted: ArrayLike<number>): Interval {
  return { low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2) };
}

/** Linear between the values, as numpy's default. @param sorted Ascending, not empty. @param share 0 to 1. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const first = Math.floor(at);
  const low = sorted[first]!;
  const high = sorted[Math.min(first + 1, sorted.length - 1)]!;
  return low + (at - first) * (high - low);
}

/** Distribution function of the standard normal, by its Taylor series (Marsaglia 2004, J. Stat. Softw. 11). */
export function normalCdf(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let [sum, term] = [x, x];
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-(x * x) / 2 - 0.9189385332046727);
}
