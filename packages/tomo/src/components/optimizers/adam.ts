import { adam } from "@tomo/torch";
import { z } from "zod";
import { defineOptimizer } from "../define.ts";

const decay = (description: string) => z.number().min(0).lt(1).describe(description);

export const Adam = defineOptimizer({
  name: "Adam",
  summary: "Adam in the form of TensorFlow 1.",
  notes: [
    'w −= rate · sqrt(1 − β2ᵗ) / (1 − β1ᵗ) · m / (sqrt(v) + epsilon): epsilon stands outside the bias correction ("epsilon hat"), unlike in PyTorch, where it has less weight in the first steps.',
    "The learning rate comes from train.learning_rate and the learning-rate policy.",
  ],
  args: {
    beta1: decay("Decay of the mean of the gradients.").default(0.9),
    beta2: decay("Decay of the mean of the squared gradients.").default(0.999),
    epsilon: z.number().nonnegative().describe("Keeps the divisor above zero.").default(1e-8),
  },
  build: (args) => (parameters) => adam(parameters, { ...args, form: "tensorflow" }),
});
