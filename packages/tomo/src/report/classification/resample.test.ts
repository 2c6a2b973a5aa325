import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aucOf, rocCurve } from "../../components/metrics/auc.ts";
import { rankingOf } from "./ranking.ts";
import { curvePoints, drawResample, resampledRoc } from "./resample.ts";

const rows = fc.array(
  fc.record({
    score: fc.integer({ min: 0, max: 6 }),
    label: fc.integer({ min: 0, max: 1 }),
    count: fc.integer({ min: 0, max: 4 }),
  }),
  { minLength: 1, maxLength: 25 },
);

describe("drawResample", () => {
  it("draws as many cases as there are, and the same again", () => {
    const [first, second, other] = [new Uint8Array(50), new Uint8Array(50).fill(9), new Uint8Array(50)];
    drawResample(first, 3, 7);
    drawResample(second, 3, 7);
    drawResample(other, 3, 8);
    expect(first.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("draws every case equally often", () => {
    const [counts, sums] = [new Uint8Array(20), new Float64Array(20)];
    for (let resample = 0; resample < 2000; resample++) {
      drawResample(counts, 0, resample);
      for (const [n, count] of counts.entries()) sums[n]! += count;
    }
    // 2000 expected, standard deviation 44
    expect(Math.min(...sums)).toBeGreaterThan(1800);
    expect(Math.max(...sums)).toBeLessThan(2200);
  });
});

describe("resampledRoc", () => {
  /** The same by writing every case out as often as it was drawn. */
  const expanded = (drawn: { score: number; label: number; count: number }[]) => {
    const all = drawn.flatMap((row) => Array.from({ length: row.count }, () => row));
    return [all.map(({ score }) => score), all.map(({ label }) => label)] as const;
  };
  const ranked = (drawn: { score: number; label: number; count: number }[]) => {
    // counts must sum to the number of cases
    const total = drawn.reduce((sum, { count }) => sum + count, 0);
    const padded = [...drawn];
    while (padded.length < total) padded.push({ score: 3, label: 1, count: 0 });
    while (padded.length > total) padded.splice(padded.findIndex(({ count }) => count === 0), 1); // biome-ignore format: one row
    const ranking = rankingOf({
      name: "a",
      scores: Float64Array.from(padded, ({ score }) => score),
      labels: Uint8Array.from(padded, ({ label }) => label),
    });
    return [ranking, Uint8Array.from(padded, ({ count }) => count)] as const;
  };

  it("has the area of the cases written out", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const curve = new Float32Array(curvePoints);
        expect(resampledRoc(...ranked(drawn), curve)).toBe(aucOf(...expanded(drawn)));
      }),
    );
  });

  it("has their curve", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const points = rocCurve(...expanded(drawn));
        fc.pre(points.length > 0);
        const curve = new Float32Array(curvePoints);
        resampledRoc(...ranked(drawn), curve);
        for (let n = 0; n < curvePoints; n++) {
          const at = n / (curvePoints - 1);
          const left = points.findLast(({ falsePositiveRate }) => falsePositiveRate <= at + 1e-12)!;
          const right = points[points.indexOf(left) + 1] ?? left;
          const width = right.falsePositiveRate - left.falsePositiveRate;
          const share = width === 0 ? 0 : (at - left.falsePositiveRate) / width;
          const up = left.truePositiveRate + share * (right.truePositiveRate - left.truePositiveRate);
          expect(curve[n]).toBeCloseTo(up, 5);
        }
      }),
    );
  });

  it("has no value without positives or without negatives, and leaves the curve alone", () => {
    const ranking = rankingOf({
      name: "a",
      scores: Float64Array.of(1, 2, 3),
      labels: Uint8Array.of(0, 1, 0),
    });
    for (const counts of [
      [1, 0, 2],
      [0, 3, 0],
    ]) {
      const curve = new Float32Array(curvePoints).fill(7);
      expect(resampledRoc(ranking, Uint8Array.from(counts), curve)).toBeNaN();
      expect(curve.every((value) => value === 7)).toBe(true);
    }
  });
});
