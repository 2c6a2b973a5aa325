import { describe, expect, it } from "vitest";
import { aucOf } from "../../components/metrics/auc.ts";
import { RandomStream } from "../../data/random.ts";
import { classified, oneClass } from "../../testing/classified.ts";
import { studyOf } from "./bootstrap.ts";
import type { ClassificationCases } from "./cases.ts";
import { curvePoints } from "./resample.ts";

/** Straightforward: draws cases, writes them out, sorts them again. A row a resample, an AUC a class. */
function naiveAucs({ classNames, cases }: ClassificationCases, resamples: number, seed: number): number[][] {
  return Array.from({ length: resamples }, (_, resample) => {
    const random = new RandomStream({ seed, index: resample });
    const drawn = cases.map(() => cases[random.integer(0, cases.length)]!);
    return classNames.map((__, n) =>
      aucOf(
        drawn.map(({ predictions }) => predictions[n]!),
        drawn.map(({ labels }) => labels[n]!),
      ),
    );
  });
}
const column = ({ cases }: ClassificationCases, n: number) =>
  [cases.map(({ predictions }) => predictions[n]!), cases.map(({ labels }) => labels[n]!)] as const;

describe("studyOf", () => {
  // the last class has few positives: some resamples have none
  const input = classified(40, ["a", "b", "c", "d", "e", "f", "g", "h"], { levels: 12, seed: 4 });
  const study = studyOf(input, { resamples: 300, seed: 6 });
  const naive = naiveAucs(input, 300, 6);

  it("has the AUC of every resample written out, for every class", () => {
    for (const [n, { aucs }] of study.classes.entries())
      expect([...aucs]).toEqual(naive.map((row) => row[n]));
    expect(naive.flat().some(Number.isNaN)).toBe(true);
  });

  it("takes the mean over the classes, an absent one with its AUC of all cases", () => {
    const whole = input.classNames.map((_, n) => aucOf(...column(input, n)));
    for (const [resample, row] of naive.entries()) {
      const filled = row.map((auc, n) => (Number.isNaN(auc) ? whole[n]! : auc));
      expect(study.mean.aucs[resample]).toBeCloseTo(
        filled.reduce((sum, auc) => sum + auc) / filled.length,
        12,
      );
    }
  });

  it("has curves within their bands mostly, from 0 to 1 and rising", () => {
    for (const { curve, band } of [...study.classes, study.mean]) {
      const { low, high } = band!;
      for (const line of [low, high, curve!])
        for (let n = 1; n < curvePoints; n++) expect(line[n]!).toBeGreaterThanOrEqual(line[n - 1]! - 1e-6);
      const inside = [...curve!].filter((up, n) => up >= low[n]! - 1e-6 && up <= high[n]! + 1e-6);
      expect(inside.length).toBeGreaterThan(0.9 * curvePoints);
      expect(curve!.at(-1)).toBeCloseTo(1, 6);
    }
  });

  it("repeats itself, and follows its seed", () => {
    expect(studyOf(input, { resamples: 300, seed: 6 }).mean.aucs).toEqual(study.mean.aucs);
    expect(studyOf(input, { resamples: 300, seed: 7 }).mean.aucs).not.toEqual(study.mean.aucs);
  });

  it("draws the same resamples whatever the classes are", () => {
    const first = {
      classNames: ["a"],
      cases: input.cases.map((row) => ({
        ...row,
        predictions: row.predictions.slice(0, 1),
        labels: row.labels.slice(0, 1),
      })),
    };
    expect(studyOf(first, { resamples: 300, seed: 6 }).classes[0]!.aucs).toEqual(study.classes[0]!.aucs);
  });

  it("has no curve, no band and no values for classes of one label, without cases, without classes", () => {
    for (const empty of [oneClass([0.1, 0.2], [0, 0]), oneClass([0.1, 0.2], [1, 1]), oneClass([], [])]) {
      const { classes, mean } = studyOf(empty, { resamples: 20 });
      for (const found of [...classes, mean]) {
        expect(found.curve).toBeNull();
        expect(found.band).toBeNull();
        expect(found.aucs.every(Number.isNaN)).toBe(true);
      }
    }
    expect(studyOf({ classNames: [], cases: [] }, { resamples: 5 }).mean.curve).toBeNull();
  });

  it("leaves classes without a curve out of the mean", () => {
    const { cases } = oneClass([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1]);
    const both = {
      classNames: ["a", "b"],
      cases: cases.map((row) => ({
        ...row,
        predictions: [row.predictions[0]!, 0.5],
        labels: [row.labels[0]!, 0],
      })),
    };
    const { classes, mean } = studyOf(both, { resamples: 50 });
    expect(mean.curve).toEqual(classes[0]!.curve);
  });
});
