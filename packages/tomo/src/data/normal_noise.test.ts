import { describe, expect, it } from "vitest";
import { normalNoise, normalQuantile } from "./normal_noise.ts";
import { RandomStream } from "./random.ts";

describe("normalQuantile", () => {
  it("equals Python's statistics.NormalDist().inv_cdf (golden values)", () => {
    const golden = [
      [1e-10, -6.361340902404056],
      [1e-4, -3.719016485455709],
      [0.025, -1.9599639845400545],
      [0.0749, -1.4402382675279632],
      [0.3, -0.5244005127080409],
      [0.5, 0],
      [0.9, 1.2815515655446008],
      [0.999999, 4.753424308822899],
    ] as const;
    for (const [p, x] of golden) expect(normalQuantile(p)).toBeCloseTo(x, 5);
  });
});

describe("normalNoise", () => {
  const noise = (seed: number, count = 40_000) => normalNoise(new RandomStream({ seed }), count);

  it("has the moments of the standard normal distribution", () => {
    const values = [...noise(11)];
    const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
    // within five standard errors of 0, 1, 0 and 3
    const error = (variance: number) => 5 * Math.sqrt(variance / values.length);
    expect(Math.abs(moment(1))).toBeLessThan(error(1));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2));
    expect(Math.abs(moment(3))).toBeLessThan(error(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error(96));
  });

  it("depends on the stream only, and neighbours are not correlated", () => {
    expect(noise(3, 100)).toEqual(noise(3, 100));
    expect(noise(3, 100)).not.toEqual(noise(4, 100));
    const values = noise(5);
    const products = values.slice(1).reduce((sum, x, n) => sum + x * values[n]!, 0) / values.length;
    expect(Math.abs(products)).toBeLessThan(5 / Math.sqrt(values.length));
  });
});
