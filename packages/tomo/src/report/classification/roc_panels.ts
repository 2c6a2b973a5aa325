import { rocCurve } from "../../components/metrics/auc.ts";
import type { Band, ClassificationStudy } from "./bootstrap.ts";
import type { OperatingPoint } from "./operating_point.ts";
import { curvePoints } from "./resample.ts";
import type { AucEstimate, ClassificationSummary, ClassSummary } from "./summary.ts";

/** False positive rate and sensitivity, 0 to 1. */
export type ChartPoint = readonly [right: number, up: number];

/** What one panel of the ROC chart shows. */
export interface RocPanel {
  readonly name: string;
  /** For example "AUC 0.691 [0.548, 0.812]". */
  readonly auc: string;
  /** For example "29 of 63 positive" or "few cases: 4 of 63 positive". */
  readonly counts: string;
  readonly few: boolean;
  /** Empty where there is no curve. */
  readonly curve: readonly ChartPoint[];
  readonly band: Band | null;
  /** Thin curves behind the curve: of the classes, behind their mean. */
  readonly behind: readonly (readonly ChartPoint[])[];
  readonly atHalf: ChartPoint | null;
  readonly atYouden: ChartPoint | null;
}

/** The mean of the classes first, unless there is only one class; then the classes in their order. */
export function rocPanels(study: ClassificationStudy, summary: ClassificationSummary): RocPanel[] {
  const classes = summary.classes.map((found, n) => classPanel(study, found, n));
  return classes.length < 2 ? classes : [meanPanel(study, summary), ...classes];
}

function classPanel({ rankings, classes }: ClassificationStudy, found: ClassSummary, n: number): RocPanel {
  const { name, positives, negatives, few, auc } = found;
  const { scores, labels } = rankings[n]!;
  return {
    name,
    auc: positives === 0 ? "no positives" : negatives === 0 ? "no negatives" : aucText(auc),
    counts: `${few ? "few cases: " : ""}${positives} of ${positives + negatives} positive`,
    few,
    curve: rocCurve(scores, labels).map((point) => [point.falsePositiveRate, point.truePositiveRate]),
    band: Number.isNaN(auc.low) ? null : classes[n]!.band,
    behind: [],
    atHalf: pointOf(found.atHalf),
    atYouden: pointOf(found.atYouden),
  };
}

function meanPanel({ classes, mean }: ClassificationStudy, summary: ClassificationSummary): RocPanel {
  return {
    name: `mean of ${summary.classesInMean} classes`,
    auc: mean.curve === null ? "no class has a curve" : aucText(summary.mean),
    counts: `${summary.cases} cases`,
    few: false,
    curve: fromGrid(mean.curve ?? []),
    band: Number.isNaN(summary.mean.low) ? null : mean.band,
    behind: classes.flatMap(({ curve }) => (curve === null ? [] : [fromGrid(curve)])),
    atHalf: null,
    atYouden: null,
  };
}

/** A curve given at `curvePoints` false positive rates; it starts at the origin. */
function fromGrid(ups: ArrayLike<number>): ChartPoint[] {
  const points = Array.from(ups, (up, n): ChartPoint => [n / (curvePoints - 1), up]);
  return points.length === 0 ? [] : [[0, 0], ...points];
}

export function aucText({ value, low, high }: AucEstimate): string {
  const interval = Number.isNaN(low) ? "[no interval]" : `[${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `AUC ${value.toFixed(3)} ${interval}`;
}

function pointOf(point: OperatingPoint | null): ChartPoint | null {
  if (point === null) return null;
  const at: ChartPoint = [1 - point.specificity.value, point.sensitivity.value];
  return at.some(Number.isNaN) ? null : at;
}
