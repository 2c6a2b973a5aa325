import fc from "fast-check";
import { expect, it } from "vitest";
import type { LrContext } from "../contracts.ts";
import { DecayOnStep } from "./decay_on_step.ts";

const at = (step: number, initialLr = 1): LrContext => ({
  initialLr,
  currentLr: Number.NaN,
  step,
  epoch: 1,
  epochs: 1,
  keyMetrics: [],
});
const policy = (decay_ratio: number, decay_freq: number) =>
  DecayOnStep.build(DecayOnStep.args.parse({ decay_ratio, decay_freq }));

it("decays after every decay_freq steps, not before", () => {
  const rate = policy(0.5, 3);
  expect([0, 1, 2, 3, 5, 6, 9].map((step) => rate(at(step, 8)))).toEqual([8, 8, 8, 4, 4, 2, 1]);
});

it("is the product of the decays so far, whatever rate the run has now", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(500),
      (ratio, freq, step) => {
        let expected = 0.01;
        for (let done = 1; done <= step; done++) if (done % freq === 0) expected *= ratio;
        const rate = policy(ratio, freq)(at(step, 0.01));
        expect(Math.abs(rate - expected)).toBeLessThanOrEqual(1e-12 * expected);
      },
    ),
  );
});

it.each([
  { decay_ratio: 0, decay_freq: 1 },
  { decay_ratio: 0.5, decay_freq: 0 },
  { decay_ratio: 0.5, decay_freq: 1.5 },
  { decay_ratio: 0.5 },
])("refuses %o", (args) => {
  expect(DecayOnStep.args.safeParse(args).success).toBe(false);
});
