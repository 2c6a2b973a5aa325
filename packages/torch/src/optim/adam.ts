import { noGrad } from "../autograd.ts";
import { TorchError } from "../errors.ts";
import { stateFaults } from "../nn/state_faults.ts";
import * as ops from "../ops.generated.ts";
import { dispose, keep, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import type { Optimizer } from "./optimizer.ts";

export interface AdamOptions {
  /** Decay of the mean of the gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares. Default 0.999. */
  readonly beta2?: number;
  readonly epsilon?: number;
  /**
   * Where epsilon stands, with m and v the means, t the step, and α = rate · sqrt(1 − β2ᵗ) / (1 − β1ᵗ):
   * "torch" (default, epsilon 1e-8): w −= α · m / (sqrt(v) + ε · sqrt(1 − β2ᵗ)), algorithm 1 of Kingma & Ba 2015;
   * "tensorflow" (their "epsilon hat", TensorFlow 1): w −= α · m / (sqrt(v) + ε).
   */
  readonly form?: "torch" | "tensorflow";
}

interface Moments {
  readonly parameter: Tensor;
  /** Mean of the gradients, m. */
  readonly first: Tensor;
  /** Mean of the squared gradients, v. */
  readonly second: Tensor;
}

/**
 * Adam by libtorch's fused kernels. The moments are made at once, so that memory is known before the first step.
 * State names: "step", and for each parameter "NAME.exp_avg" and "NAME.exp_avg_sq".
 */
export function adam(parameters: Readonly<Record<string, Tensor>>, options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, form = "torch" } = options;
  const moments = Object.entries(parameters).map(([name, parameter]) => [name, momentsOf(parameter)] as const);
  const step = keep(ops.zeros([], { dtype: "float32" }));
  const steps = new Map([["cpu", step]]);
  let count = 0;

  const state = (): Record<string, Tensor> => {
    const named: Record<string, Tensor> = { step };
    for (const [name, { first, second }] of moments)
      Object.assign(named, { [`${name}.exp_avg`]: first, [`${name}.exp_avg_sq`]: second });
    return named;
  };

  return {
    step: (lr) =>
      noGrad(() =>
        scope(() => {
          count += 1;
          ops.fill_(step, count);
          const eps = form === "torch" ? epsilon : epsilon / Math.sqrt(1 - beta2 ** count);
          const options = { lr, beta1, beta2, eps, weightDecay: 0, amsgrad: false, maximize: false };
          for (const [device, group] of byDevice(moments.map(([, each]) => each)))
            ops.fusedAdam_(
              group.map(({ parameter }) => parameter),
              group.map(({ parameter }) => parameter.grad!),
              group.map(({ first }) => first),
              group.map(({ second }) => second),
              [],
              group.map(() => stepOn(steps, device)),
              options,
            );
        }),
      ),
    zeroGrad: () => {
      for (const parameter of Object.values(parameters)) parameter.grad = null;
    },
    state,
    load: (saved) => {
      const fault = stateFaults(state(), saved, true);
      if (fault !== null) throw new TorchError("TORCH_BAD_STATE", fault);
      for (const [name, tensor] of Object.entries(state())) ops.copy_(tensor, saved[name]!);
      count = step.item();
    },
    dispose: () => dispose(state()),
  };
}
