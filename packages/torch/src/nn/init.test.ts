import { describe, expect, it } from "vitest";
import * as ops from "../ops.generated.ts";
import { manualSeed } from "../runtime.ts";
import { scope } from "../scope.ts";
import {
  constant,
  fanIn,
  fanOut,
  glorotUniform,
  heTruncated,
  initialised,
  kaimingNormal,
  kaimingUniform,
  normal,
  truncatedNormal,
} from "./init.ts";

const moments = (shape: readonly number[], fill: Parameters<typeof initialised>[1]) =>
  scope(() => {
    manualSeed(1);
    const made = initialised(shape, fill);
    const [low, high] = ops.aminmax(made);
    return { mean: ops.mean(made).item(), std: ops.std(made).item(), low: low.item(), high: high.item() };
  });
const shape = [64, 32, 3, 3, 3];
const [into, outOf] = [32 * 27, 64 * 27];

describe("initialisers", () => {
  it("count what feeds one output and what one input feeds", () =>
    scope(() => {
      const weight = ops.empty(shape, { dtype: "float32" });
      expect(fanIn(weight)).toBe(into);
      expect(fanOut(weight)).toBe(outOf);
    }));

  // 55,296 draws: the relative error of a standard deviation is below 1 % (3 sigma).
  it.each([
    ["kaiming normal", kaimingNormal(), Math.sqrt(2 / into)],
    ["kaiming normal of outputs", kaimingNormal("out"), Math.sqrt(2 / outOf)],
    ["kaiming uniform", kaimingUniform(), Math.sqrt(2 / into)],
    ["he truncated", heTruncated(), Math.sqrt(2 / into)],
    ["glorot uniform", glorotUniform(), Math.sqrt(2 / (into + outOf))],
    ["normal", normal(0, 0.3), 0.3],
  ])("%s has its standard deviation", (_, fill, std) => {
    const found = moments(shape, fill);
    expect(Math.abs(found.std / std - 1)).toBeLessThan(0.01);
    expect(Math.abs(found.mean)).toBeLessThan(0.02 * std);
  });

  it("a truncated normal stays within two standard deviations and comes near to them", () => {
    const { low, high } = moments([100, 100], truncatedNormal(1, 0.5));
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(2);
    expect(high).toBeGreaterThan(1.95);
  });

  it("is the same for the same seed", () => {
    const draw = (seed: number) =>
      scope(() => {
        manualSeed(seed);
        return initialised([5], kaimingUniform()).toArray();
      });
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(scope(() => initialised([2], constant(4)).toArray())).toEqual([4, 4]);
  });
});
