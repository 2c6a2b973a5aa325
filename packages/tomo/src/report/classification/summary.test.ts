import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aucOf } from "../../components/metrics/auc.ts";
import { RandomStream } from "../../data/random.ts";
import { classified, oneClass } from "../../testing/classified.ts";
import { type BootstrapOptions, studyOf } from "./bootstrap.ts";
import type { ClassificationCases } from "./cases.ts";
import { bcaInterval } from "./interval.ts";
import { classificationSummary } from "./summary.ts";

interface Golden {
  rows: { labels: number[]; scores: number[]; auc: number; averagePrecision: number; brier: number }[];
  bca: { labels: number[]; scores: number[]; low: number; high: number }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL("golden/classification.json", import.meta.url), "utf8"),
);
const summaryOf = (input: ClassificationCases, options: BootstrapOptions = {}) =>
  classificationSummary(studyOf(input, { resamples: 200, ...options }));
const only = (scores: readonly number[], labels: readonly number[], options?: BootstrapOptions) =>
  summaryOf(oneClass(scores, labels), options).classes[0]!;

describe("values", () => {
  it.each(golden.rows)("AUC $auc, average precision and Brier score as scikit-learn", (row) => {
    const found = only(row.scores, row.labels, { resamples: 2 });
    expect(found.auc.value).toBeCloseTo(row.auc, 12);
    expect(found.averagePrecision).toBeCloseTo(row.averagePrecision, 12);
    expect(found.calibration!.brier).toBeCloseTo(row.brier, 12);
  });

  it("counts at the threshold 0.5, which itself is positive", () => {
    const { atHalf } = only([0.9, 0.5, 0.5, 0.4, 0.1, 0.2], [1, 1, 0, 1, 0, 0]);
    expect(atHalf).toMatchObject({
      threshold: 0.5,
      truePositives: 2,
      falsePositives: 1,
      trueNegatives: 2,
      falseNegatives: 1,
      sensitivity: { value: 2 / 3 },
      specificity: { value: 2 / 3 },
      ppv: 2 / 3,
      npv: 2 / 3,
    });
  });

  it("finds Youden's optimum, of equal ones the higher threshold", () => {
    expect(only([0.9, 0.8, 0.3, 0.2, 0.1], [1, 1, 0, 1, 0]).atYouden!.threshold).toBe(0.8);
    // 0.9 and 0.3 both have sensitivity + specificity - 1 = 0.5
    expect(only([0.9, 0.6, 0.3, 0.1], [1, 0, 1, 0]).atYouden!.threshold).toBe(0.9);
    // worse than chance: everything positive is the best that can be had
    expect(only([0.1, 0.9], [1, 0]).atYouden!.threshold).toBe(0.1);
  });

  it("says how far probabilities are from the shares", () => {
    const { calibration } = only([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 1]);
    expect(calibration).toEqual({ meanPrediction: 0.5, brier: 0.25, brierSkill: 0 });
    expect(only([1, 0], [1, 0]).calibration).toEqual({ meanPrediction: 0.5, brier: 0, brierSkill: 1 });
  });

  it("knows ranks but neither threshold 0.5 nor calibration of scores that are not probabilities", () => {
    const [raw, squashed] = [[-2, 0.5, 3, -1, 1, 2], [0, 0.4, 1, 0.1, 0.6, 0.8]]; // biome-ignore format: one row
    const labels = [0, 1, 1, 0, 0, 1];
    const [logits, probabilities] = [only(raw, labels), only(squashed, labels)];
    expect([logits.calibration, logits.atHalf]).toEqual([null, null]);
    expect(logits.auc).toEqual(probabilities.auc);
    expect(logits.atYouden!.sensitivity).toEqual(probabilities.atYouden!.sensitivity);
  });

  it("flags classes with fewer than ten positives or negatives", () => {
    const of = (positives: number, negatives: number) =>
      only(
        Array.from({ length: positives + negatives }, (_, n) => (n % 7) / 7),
        Array.from({ length: positives + negatives }, (_, n) => (n < positives ? 1 : 0)),
        { resamples: 2 },
      ).few;
    expect([of(10, 10), of(9, 90), of(90, 9)]).toEqual([false, true, true]);
  });

  it("takes the mean AUC over the classes that have one", () => {
    const input = classified(50, ["a", "b", "c"]);
    const absent = {
      ...input,
      cases: input.cases.map((row) => ({ ...row, labels: [...row.labels.slice(0, 2), 0] })),
    };
    const { classes, mean, classesInMean } = summaryOf(absent);
    expect(classesInMean).toBe(2);
    expect(mean.value).toBeCloseTo((classes[0]!.auc.value + classes[1]!.auc.value) / 2, 12);
    expect(mean.low).toBeLessThan(mean.value);
    expect(mean.high).toBeGreaterThan(mean.value);
  });
});

describe("intervals", () => {
  it("are BCa of the resamples and of the AUC without each case", () => {
    const input = classified(45, ["a", "b"], { levels: 20, seed: 3 });
    const study = studyOf(input, { resamples: 400 });
    const summary = classificationSummary(study);
    const without = (n: number, at: number) => {
      const rest = input.cases.toSpliced(at, 1);
      return aucOf(
        rest.map(({ predictions }) => predictions[n]!),
        rest.map(({ labels }) => labels[n]!),
      );
    };
    const jackknife = (n: number) => Float64Array.from(input.cases, (_, at) => without(n, at));
    const [a, b] = [jackknife(0), jackknife(1)];
    const expected = [
      [summary.classes[0]!.auc, study.classes[0]!.aucs, a],
      [summary.classes[1]!.auc, study.classes[1]!.aucs, b],
      [summary.mean, study.mean.aucs, a.map((value, at) => (value + b[at]!) / 2)],
    ] as const;
    for (const [found, resampled, left] of expected) {
      const { low, high } = bcaInterval(found.value, resampled, left);
      expect(found.low).toBeCloseTo(low, 9);
      expect(found.high).toBeCloseTo(high, 9);
    }
  });

  it.each(golden.bca)(
    "are near SciPy's [$low, $high], which draws other resamples",
    ({ labels, scores, low, high }) => {
      const { auc } = only(scores, labels, { resamples: 4000 });
      expect(Math.abs(auc.low - low)).toBeLessThan(0.012);
      expect(Math.abs(auc.high - high)).toBeLessThan(0.012);
    },
  );

  it("hold the true AUC in about 95 of 100 data sets", () => {
    // two normal distributions one apart: AUC = Φ(1 / √2)
    const truth = 0.7602499389065233;
    let held = 0;
    for (let set = 0; set < 120; set++) {
      const random = new RandomStream({ seed: 77, index: set });
      const labels = Array.from({ length: 80 }, (_, n) => n % 2);
      const { auc } = only(labels.map((label) => random.normal() + label), labels, { resamples: 200, seed: set }); // biome-ignore format: one row
      if (auc.low <= truth && truth <= auc.high) held++;
    }
    // binomial with 0.95: 114, standard deviation 2.4
    expect(held).toBeGreaterThan(106);
    expect(held).toBeLessThan(120);
  });

  it("count the resamples behind them", () => {
    const { auc } = only([0.1, 0.4, 0.2, 0.9, 0.3, 0.5], [0, 0, 0, 1, 1, 0], { resamples: 500 });
    expect(auc.resamples).toBeLessThan(500);
    expect(auc.resamples).toBeGreaterThan(400);
  });
});

describe("degenerate classes", () => {
  it.each([
    ["no positives", [0, 0, 0]],
    ["no negatives", [1, 1, 1]],
  ])("%s: no AUC, no optimum, a share at 0.5 where there is one", (_, labels) => {
    const found = only([0.2, 0.6, 0.7], labels);
    expect([found.auc.value, found.auc.low, found.auc.high, found.auc.resamples]).toEqual([NaN, NaN, NaN, 0]);
    expect(found.atYouden).toBeNull();
    const [present, absent] =
      labels[0] === 1
        ? [found.atHalf!.sensitivity, found.atHalf!.specificity]
        : [found.atHalf!.specificity, found.atHalf!.sensitivity];
    expect(present.value).toBeGreaterThan(0);
    expect(absent).toEqual({ value: NaN, low: NaN, high: NaN });
    expect(found.calibration!.brierSkill).toBeNaN();
    expect(found.averagePrecision).toEqual(labels[0] === 1 ? 1 : NaN);
  });

  it("constant scores: AUC 0.5 without an interval, everything positive", () => {
    const found = only([0.3, 0.3, 0.3, 0.3], [0, 1, 0, 1]);
    expect(found.auc).toMatchObject({ value: 0.5, low: NaN, high: NaN });
    expect(found.atYouden).toMatchObject({ threshold: 0.3, truePositives: 2, falsePositives: 2 });
    expect(found.averagePrecision).toBe(0.5);
  });

  it("perfect scores: AUC 1 without an interval, for resamples cannot say how sure that is", () => {
    expect(only([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]).auc).toMatchObject({ value: 1, low: NaN, high: NaN });
  });

  it("one positive: no interval", () => {
    expect(only([0.1, 0.5, 0.4, 0.9, 0.3], [0, 0, 1, 0, 0]).auc).toMatchObject({ low: NaN, high: NaN });
  });

  it("no cases and no classes", () => {
    expect(summaryOf(oneClass([], []))).toMatchObject({ cases: 0, mean: { value: NaN }, classesInMean: 0 });
    expect(summaryOf({ classNames: [], cases: [] })).toMatchObject({ classes: [], mean: { value: NaN } });
  });
});
