import { type ClassificationCases, columnsOf } from "./cases.ts";
import { percentileInterval } from "./interval.ts";
import { type Ranking, rankingOf } from "./ranking.ts";
import { type Counts, curvePoints, drawResample, resampledRoc } from "./resample.ts";

export interface BootstrapOptions {
  /** Resamples of the cases, 2000 when left out. */
  readonly resamples?: number;
  /** 0 when left out: equal cases give equal intervals. */
  readonly seed?: number;
}

/** Bounds of the sensitivity at each of `curvePoints` false positive rates. */
export interface Band {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** The curve of one class, or the mean curve, and what resampling does to it. */
export interface Resampled {
  /** Sensitivities of all cases at `curvePoints` false positive rates; null without positives or negatives. */
  readonly curve: Float32Array | null;
  /** By resample; NaN where it lacks positives or negatives. */
  readonly aucs: Float64Array;
  /** The middle 95 % of the curves, point by point; null when no resample has one. */
  readonly band: Band | null;
}

/** The classes of a run, each sorted, with what resampling the cases does to their curves. */
export interface ClassificationStudy {
  readonly input: ClassificationCases;
  readonly rankings: readonly Ranking[];
  readonly resamples: number;
  readonly seed: number;
  /** By class. */
  readonly classes: readonly Resampled[];
  readonly mean: Resampled;
}

/**
 * Resamples the cases, all classes together. A resample without positives or negatives of a class is skipped for that
 * class; in the mean over the classes it counts with the curve of all cases, so that the mean is always over the same
 * classes. Takes time in proportion to resamples × classes × cases; nothing is sorted again.
 * @throws TomoError TOMO_PREDICTIONS_UNFIT
 */
export function studyOf(input: ClassificationCases, options: BootstrapOptions = {}): ClassificationStudy {
  const { resamples = 2000, seed = 0 } = options;
  const rankings = columnsOf(input).map(rankingOf);
  const wholes = rankings.map((ranking) => rowOf(ranking, new Uint8Array(input.cases.length).fill(1)));
  const classes = rankings.map(() => newRows(resamples));
  const mean = newRows(resamples);
  const counts = new Uint8Array(input.cases.length);
  for (let resample = 0; resample < resamples && counts.length > 0; resample++) {
    drawResample(counts, seed, resample);
    for (const [n, ranking] of rankings.entries()) {
      const { aucs, curves } = classes[n]!;
      aucs[resample] = resampledRoc(ranking, counts, curveOf(curves, resample));
    }
    meanOver(classes, wholes, resample, mean);
  }
  return {
    input,
    rankings,
    resamples,
    seed,
    classes: classes.map((rows, n) => resampledOf(rows, wholes[n]!)),
    mean: resampledOf(mean, meanOf(wholes)),
  };
}

interface Row {
  readonly auc: number;
  readonly curve: Float32Array;
}

interface Rows {
  readonly aucs: Float64Array;
  /** Sensitivities, a row a resample. */
  readonly curves: Float32Array;
}

const newRows = (resamples: number): Rows => ({
  aucs: new Float64Array(resamples).fill(Number.NaN),
  curves: new Float32Array(resamples * curvePoints),
});

const curveOf = (curves: Float32Array, resample: number): Float32Array =>
  curves.subarray(resample * curvePoints, (resample + 1) * curvePoints);

function rowOf(ranking: Ranking, counts: Counts): Row {
  const curve = new Float32Array(curvePoints);
  return { auc: resampledRoc(ranking, counts, curve), curve };
}

const hasValue = ({ auc }: Row): boolean => !Number.isNaN(auc);

function meanOf(rows: readonly Row[]): Row {
  const valid = rows.filter(hasValue);
  const curve = new Float32Array(curvePoints);
  for (const row of valid)
    for (let point = 0; point < curvePoints; point++) curve[point]! += row.curve[point]! / valid.length;
  return { auc: valid.reduce((sum, { auc }) => sum + auc, 0) / valid.length, curve };
}

function meanOver(classes: readonly Rows[], wholes: readonly Row[], resample: number, mean: Rows): void {
  const { auc, curve } = meanOf(
    classes.map(({ aucs, curves }, n) => {
      const row = { auc: aucs[resample]!, curve: curveOf(curves, resample) };
      return hasValue(row) ? row : wholes[n]!;
    }),
  );
  mean.aucs[resample] = auc;
  curveOf(mean.curves, resample).set(curve);
}

function resampledOf({ aucs, curves }: Rows, whole: Row): Resampled {
  const curve = hasValue(whole) ? whole.curve : null;
  const valid = Uint32Array.from(aucs.keys()).filter((resample) => !Number.isNaN(aucs[resample]!));
  if (valid.length === 0) return { curve, aucs, band: null };
  const band = { low: new Float32Array(curvePoints), high: new Float32Array(curvePoints) };
  const ups = new Float32Array(valid.length);
  for (let point = 0; point < curvePoints; point++) {
    for (let n = 0; n < ups.length; n++) ups[n] = curves[valid[n]! * curvePoints + point]!;
    const { low, high } = percentileInterval(ups.sort());
    band.low[point] = low;
    band.high[point] = high;
  }
  return { curve, aucs, band };
}
