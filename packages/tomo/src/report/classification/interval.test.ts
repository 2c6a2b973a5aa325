import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../data/normal_noise.ts";
import { bcaInterval, normalCdf, percentileInterval, quantile, wilsonInterval } from "./interval.ts";

const golden: { wilson: { successes: number; trials: number; low: number; high: number }[] } = JSON.parse(
  readFileSync(new URL("golden/classification.json", import.meta.url), "utf8"),
);

describe("wilsonInterval", () => {
  it.each(golden.wilson)("$successes of $trials as SciPy", ({ successes, trials, low, high }) => {
    const found = wilsonInterval(successes, trials);
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
  });

  it("has no bounds without trials", () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: Number.NaN, high: Number.NaN });
  });

  it("holds the share, within 0 and 1", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trials, share) => {
          const successes = Math.round(share * trials);
          const { low, high } = wilsonInterval(successes, trials);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(successes / trials);
          expect(high).toBeGreaterThanOrEqual(successes / trials);
        },
      ),
    );
  });
});

describe("quantile", () => {
  it("is linear between the values, as numpy's", () => {
    expect([0, 0.1, 0.5, 0.9, 1].map((share) => quantile([1, 2, 4, 8], share))).toEqual([
      1,
      1 + 0.1 * 3,
      3,
      4 + (0.9 * 3 - 2) * 4,
      8,
    ]);
    expect(quantile([7], 0.3)).toBe(7);
  });

  it("gives the middle 95 %", () => {
    const { low, high } = percentileInterval(Array.from({ length: 1001 }, (_, n) => n));
    expect([low, high].map((value) => Math.round(value))).toEqual([25, 975]);
  });
});

describe("normalCdf", () => {
  it("has the known values", () => {
    for (const [
      x,
      p,
    ] of [[0, 0.5], [1.959963984540054, 0.975], [-1, 0.158655253931457], [-5, 2.866515718791933e-7], [9, 1], [-9, 0]]) // biome-ignore format: one row
      expect(normalCdf(x!)).toBeCloseTo(p!, 14);
  });

  it("is undone by normalQuantile", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1 - 1e-4, noNaN: true }), (p) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 6);
      }),
    );
  });
});

describe("bcaInterval", () => {
  const resampled = Float64Array.from({ length: 999 }, (_, n) => (n + 1) / 1000);

  it("is the percentile interval where there is neither bias nor skewness", () => {
    const { low, high } = bcaInterval(0.5, resampled, Float64Array.of(0.4, 0.6));
    expect(low).toBeCloseTo(percentileInterval(resampled).low, 5);
    expect(high).toBeCloseTo(percentileInterval(resampled).high, 5);
  });

  it("moves against the bias of the resamples, and with the skewness of the jackknife", () => {
    expect(bcaInterval(0.6, resampled, Float64Array.of(0.4, 0.6)).low).toBeGreaterThan(0.03);
    const skewed = bcaInterval(0.5, resampled, Float64Array.of(0.2, 0.5, 0.5, 0.5));
    expect(skewed.low).toBeGreaterThan(0.026);
    expect(skewed.high).toBeGreaterThan(0.976);
  });

  it("leaves values out that are NaN", () => {
    const holes = Float64Array.from([...resampled, Number.NaN, Number.NaN]);
    const jackknife = Float64Array.of(0.4, 0.6, 0.45);
    expect(bcaInterval(0.5, holes, Float64Array.of(...jackknife, Number.NaN))).toEqual(
      bcaInterval(0.5, resampled, jackknife),
    );
  });

  it("has no bounds where the resamples do not vary or are absent", () => {
    const none = { low: Number.NaN, high: Number.NaN };
    for (const values of [[1, 1, 1], [0.5], [], [Number.NaN, Number.NaN]])
      expect(bcaInterval(1, Float64Array.from(values), Float64Array.of(1, 1))).toEqual(none);
    expect(bcaInterval(Number.NaN, resampled, Float64Array.of(1, 1))).toEqual(none);
  });

  it("stays inside the resamples, however far the estimate is from them", () => {
    for (const estimate of [-5, 0, 1, 5]) {
      const { low, high } = bcaInterval(estimate, resampled, Float64Array.of(0.1, 0.5, 0.5));
      expect(low).toBeGreaterThanOrEqual(0.001);
      expect(high).toBeLessThanOrEqual(0.999);
      expect(low).toBeLessThanOrEqual(high);
    }
  });
});
