// A learning-rate policy: asked before each step for the rate of that step.
import { defineLrPolicy, number } from "tomo";

export const PolyPolicy = defineLrPolicy({
  name: "PolyPolicy",
  summary: "Lets the rate fall to 0 at the last epoch: rate · (1 − (epoch − 1) / epochs) ^ power.",
  args: { power: number("1 = a straight line.").positive().default(0.9) },
  build:
    ({ power }) =>
    ({ initialLr, epoch, epochs }) =>
      initialLr * (1 - (epoch - 1) / epochs) ** power,
});
