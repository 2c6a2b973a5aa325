import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { aucOf, rocCurve } from "./auc.ts";
import { columnOf, countOf, curveCases, golden } from "./testing/auc_golden.ts";

/** Few distinct scores, so that ties are common; infinities are scores like others. */
const score = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, Infinity, -Infinity),
);
const cases = fc.array(fc.record({ score, label: fc.constantFrom(0, 1) }), { minLength: 2, maxLength: 60 });
const bothClasses = cases.filter((rows) => new Set(rows.map(({ label }) => label)).size === 2);
type Rows = readonly { readonly score: number; readonly label: number }[];
const auc = (rows: Rows): number =>
  aucOf(
    rows.map((row) => row.score),
    rows.map((row) => row.label),
  );

/** The definition, pair by pair. */
function byPairs(rows: Rows): number {
  const [positive, negative] = [1, 0].map((wanted) => rows.filter(({ label }) => label === wanted));
  let [wins, pairs] = [0, 0];
  for (const { score: p } of positive!)
    for (const { score: n } of negative!) {
      wins += p > n ? 1 : p === n ? 0.5 : 0;
      pairs++;
    }
  return wins / pairs;
}

describe("aucOf", () => {
  it("equals scikit-learn on 10,000 random cases with ties", () => {
    expect(golden.columns.length).toBe(10_000);
    let worst = 0;
    for (const [n, expected] of golden.columns.entries()) {
      const { scores, labels } = columnOf(n, countOf(n));
      const found = aucOf(scores, labels);
      if (Number.isNaN(found) !== Number.isNaN(expected)) expect.fail(`case ${n}: ${found}, not ${expected}`);
      worst = Math.max(worst, Math.abs(found - expected) || 0);
    }
    expect(worst).toBeLessThan(1e-14);
  });

  it("is the share of pairs in the right order, ties counted half, to the last bit", () => {
    fc.assert(
      fc.property(bothClasses, (rows) => {
        expect(auc(rows)).toBe(byPairs(rows));
      }),
    );
  });

  it("depends on the order of the scores alone, not on that of the cases", () => {
    fc.assert(
      fc.property(bothClasses, fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (rows, keys) => {
        const value = auc(rows);
        const distinct = [...new Set(rows.map((row) => row.score))].toSorted((a, b) => a - b);
        const ranked = rows.map((row) => ({ ...row, score: distinct.indexOf(row.score) }));
        expect(auc(ranked)).toBe(value);
        expect(auc(ranked.map((row) => ({ ...row, score: Math.exp(row.score / 9) - 40 })))).toBe(value);
        const shuffled = rows
          .map((row, n) => [keys[n]!, row] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, row]) => row);
        expect(auc(shuffled)).toBe(value);
      }),
    );
  });

  it("becomes 1 minus itself when labels, or the sign of the scores, are turned", () => {
    fc.assert(
      fc.property(bothClasses, (rows) => {
        expect(auc(rows.map((row) => ({ ...row, label: 1 - row.label })))).toBeCloseTo(1 - auc(rows), 14);
        expect(auc(rows.map((row) => ({ ...row, score: -row.score })))).toBeCloseTo(1 - auc(rows), 14);
      }),
    );
  });

  it("knows the plain cases", () => {
    expect(aucOf([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
    expect(aucOf([1, 2, 3, 4], [1, 1, 0, 0])).toBe(0);
    expect(aucOf([7, 7, 7], [1, 0, 0])).toBe(0.5);
    expect(aucOf([0, -0], [1, 0])).toBe(0.5);
    expect(aucOf([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    for (const label of [0, 1]) expect(aucOf([1, 2], [label, label])).toBeNaN();
    expect(aucOf([], [])).toBeNaN();
  });

  it("leaves its arguments alone, and takes a million cases", () => {
    const scores = Float32Array.of(3, 1, 2);
    aucOf(scores, [0, 1, 1]);
    expect([...scores]).toEqual([3, 1, 2]);
    const many = Float64Array.from({ length: 1e6 }, (_, n) => (n * 7919) % 1e6);
    const upper = Uint8Array.from(many, (value) => (value >= 5e5 ? 1 : 0));
    expect(aucOf(many, upper)).toBe(1);
    expect(rocCurve(many.subarray(0, 1e5), upper.subarray(0, 1e5)).length).toBe(1e5 + 1);
  });

  it.each([
    ["NaN among the scores", [1, Number.NaN], [0, 1], "a score is NaN"],
    ["a label of a third kind", [1, 2], [0, 2], "labels must be 0 or 1"],
    ["a label that is NaN", [1, 2], [0, Number.NaN], "labels must be 0 or 1"],
    ["more scores than labels", [1, 2], [0], "2 scores have 1 labels"],
  ])("refuses %s", (_, scores, labels, message) => {
    for (const act of [aucOf, rocCurve]) expect(() => act(scores, labels)).toThrow(new RangeError(message));
  });
});

describe("rocCurve", () => {
  it.each(curveCases.map((index, n) => [index, n] as const))("equals scikit-learn: case %i", (index, n) => {
    const { scores, labels } = columnOf(index, 12);
    const [falseRates, trueRates, thresholds] = golden.curves[n]!;
    const points = rocCurve(scores, labels);
    expect(points.map(({ threshold }) => threshold)).toEqual(thresholds!.map((value) => value ?? Infinity));
    for (const [k, point] of points.entries()) {
      expect(point.falsePositiveRate).toBeCloseTo(falseRates![k]!, 14);
      expect(point.truePositiveRate).toBeCloseTo(trueRates![k]!, 14);
    }
  });

  it("runs from (0, 0) to (1, 1), never back, and encloses the AUC", () => {
    fc.assert(
      fc.property(bothClasses, (rows) => {
        const points = rocCurve(
          rows.map((row) => row.score),
          rows.map((row) => row.label),
        );
        expect(points[0]).toEqual({ threshold: Infinity, falsePositiveRate: 0, truePositiveRate: 0 });
        expect(points.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
        let area = 0;
        for (const [k, point] of points.entries()) {
          const before = points[k - 1];
          if (before === undefined) continue;
          const width = point.falsePositiveRate - before.falsePositiveRate;
          const rise = point.truePositiveRate - before.truePositiveRate;
          expect(width).toBeGreaterThanOrEqual(0);
          expect(rise).toBeGreaterThanOrEqual(0);
          expect(width + rise).toBeGreaterThan(0);
          area += width * (before.truePositiveRate + rise / 2);
        }
        expect(area).toBeCloseTo(auc(rows), 12);
      }),
    );
  });

  it("has no point without both classes", () => {
    expect(rocCurve([1, 2], [1, 1])).toEqual([]);
    expect(rocCurve([], [])).toEqual([]);
  });
});

describeWithOracle(["sklearn"], "aucOf against scikit-learn on scores of float32", () => {
  const script = `
import json, sys
from sklearn.metrics import roc_auc_score
print(json.dumps([roc_auc_score(labels, scores) for scores, labels in json.loads(sys.argv[1])]))`;

  it("agrees on 300 cases of 15 labels", () => {
    const columns = Array.from({ length: 15 }, (_, c) => columnOf(40_000 + c, 300)).map(
      ({ scores, labels }) => [scores.map(Math.fround), labels] as const,
    );
    const theirs = runOracle<number[]>(script, [JSON.stringify(columns)]);
    for (const [c, [scores, labels]] of columns.entries())
      expect(aucOf(scores, labels)).toBeCloseTo(theirs[c]!, 14);
  });
});
