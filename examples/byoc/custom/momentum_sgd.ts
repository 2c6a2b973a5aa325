// An optimizer: one update at a time, with the learning rate that the policy gives. Its state goes into checkpoints.
import { dispose, keep, noGrad, ops, scope } from "@tomo/torch";
import { defineOptimizer, probability } from "tomo";

export const MomentumSgd = defineOptimizer({
  name: "MomentumSgd",
  summary: "Gradient descent with momentum: v ← momentum · v + g, w ← w − rate · v.",
  args: { momentum: probability("Part of the last update that goes on.").default(0.9) },
  build:
    ({ momentum }) =>
    (parameters) => {
      const own = Object.entries(parameters);
      const velocity = Object.fromEntries(own.map(([name, w]) => [name, keep(ops.zerosLike(w))]));
      const update = (rate: number) => {
        for (const [name, w] of own) {
          if (w.grad === null) continue;
          ops.add_(ops.mul_(velocity[name]!, momentum), w.grad);
          ops.add_(w, velocity[name]!, { alpha: -rate });
        }
      };
      return {
        step: (rate) => scope(() => noGrad(() => update(rate))),
        zeroGrad: () => {
          for (const [, w] of own) w.grad = null;
        },
        state: () => velocity,
        load: (state) => {
          for (const [name, v] of Object.entries(velocity)) ops.copy_(v, state[name]!);
        },
        dispose: () => dispose(velocity),
      };
    },
});
