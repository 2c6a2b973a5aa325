import { z } from "zod";
import { defineLrPolicy } from "../define.ts";

export const DecayOnStep = defineLrPolicy({
  name: "DecayOnStep",
  summary: "Multiplies the learning rate by decay_ratio after every decay_freq training steps.",
  notes: ["rate = learning_rate · decay_ratio ^ floor(steps done / decay_freq); steps count across epochs."],
  args: {
    decay_ratio: z.number().positive().describe("Factor at each decay."),
    decay_freq: z.int().positive().describe("Training steps between decays."),
  },
  build:
    ({ decay_ratio, decay_freq }) =>
    ({ initialLr, step }) =>
      initialLr * decay_ratio ** Math.floor(step / decay_freq),
});
