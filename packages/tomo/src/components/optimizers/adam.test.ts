import { ops, scope, tensor } from "@tomo/torch";
import { expect, it } from "vitest";
import { Adam } from "./adam.ts";

/** TensorFlow 1's AdamOptimizer on one number, in float64. */
function tensorflowAdam(
  start: number,
  gradients: readonly number[],
  rate: number,
  args: Required<AdamArgs>,
): number {
  let [w, m, v] = [start, 0, 0];
  gradients.forEach((gradient, i) => {
    const t = i + 1;
    m += (gradient - m) * (1 - args.beta1);
    v += (gradient * gradient - v) * (1 - args.beta2);
    const step = (rate * Math.sqrt(1 - args.beta2 ** t)) / (1 - args.beta1 ** t);
    w -= (step * m) / (Math.sqrt(v) + args.epsilon);
  });
  return w;
}
interface AdamArgs {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

it.each([{}, { epsilon: 0.1 }, { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }])(
  "follows TensorFlow 1's formula with %o",
  (args: AdamArgs) =>
    scope(() => {
      const gradients = [0.3, -0.02, 0.5, 0, 1e-4, 2];
      const w = tensor(Float64Array.of(1, -2)).requiresGrad_();
      const optimizer = Adam.build(Adam.args.parse(args))({ w });
      for (const gradient of gradients) {
        w.grad = ops.full([2], gradient, { dtype: "float64" });
        optimizer.step(0.01);
      }
      const full = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...args };
      expect(w.toArray()[0]).toBeCloseTo(tensorflowAdam(1, gradients, 0.01, full), 12);
      expect(w.toArray()[1]).toBeCloseTo(tensorflowAdam(-2, gradients, 0.01, full), 12);
      optimizer.dispose();
    }),
);

it.each([{ beta1: 1 }, { beta2: -0.1 }, { epsilon: -1 }, { learning_rate: 1 }])("refuses %o", (args) => {
  expect(Adam.args.safeParse(args).success).toBe(false);
});
