import { noGrad } from "../autograd.ts";
import { TorchError } from "../errors.ts";
import { stateFaults } from "../nn/state_faults.ts";
import * as ops from "../ops.generated.ts";
import { dispose, keep, scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { type AdamKernel, adamKernelFor } from "./adam_kernels.ts";
import type { Optimizer } from "./optimizer.ts";

export interface AdamOptions {
  /** Decay of the mean of the gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /**
   * Where epsilon stands, with m and v the means, t the step, and α = rate · sqrt(1 − β2ᵗ) / (1 − β1ᵗ):
   * "torch" (default): w −= α · m / (sqrt(v) + ε · sqrt(1 − β2ᵗ)), algorithm 1 of Kingma & Ba 2015;
   * "tensorflow", their "epsilon hat", as in TensorFlow 1: w −= α · m / (sqrt(v) + ε).
   */
  readonly form?: "torch" | "tensorflow";
  /** Default: libtorch's fused operator where the device has it. */
  readonly kernel?: AdamKernel;
}

interface Slot {
  readonly name: string;
  readonly parameter: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/**
 * Adam. The means are made at once, so that memory is known before the first step; parameters must not change dtype or
 * device afterwards. State names: "step", and for each parameter "NAME.exp_avg" and "NAME.exp_avg_sq".
 */
export function adam(parameters: Readonly<Record<string, Tensor>>, options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, form = "torch" } = options;
  const slots = Object.entries(parameters).map(([name, parameter]) => slotOf(name, parameter));
  const device = slots[0]?.parameter.device ?? "cpu";
  const kernel = options.kernel ?? adamKernelFor(device);
  const stepCount = keep(ops.zeros([], { dtype: "float32", device }));
  let step = 0;

  const state = () => ({ step: stepCount, ...Object.fromEntries(slots.flatMap(namedMeans)) });
  const update = (rate: number): void => {
    const active = slots.flatMap((slot) => {
      const gradient = slot.parameter.grad;
      return gradient === null ? [] : [{ ...slot, gradient }];
    });
    const group = {
      parameters: active.map((slot) => slot.parameter),
      gradients: active.map((slot) => slot.gradient),
      first: active.map((slot) => slot.first),
      second: active.map((slot) => slot.second),
    };
    step += 1;
    ops.fill_(stepCount, step);
    const scaled = form === "torch" ? epsilon : epsilon / Math.sqrt(1 - beta2 ** step);
    if (active.length > 0) kernel(group, { rate, beta1, beta2, epsilon: scaled, step }, stepCount);
  };

  return {
    step: (learningRate) => noGrad(() => scope(() => update(learningRate))),
    zeroGrad: () => {
      for (const { parameter } of slots) parameter.grad = null;
    },
    state,
    load: (saved) => {
      const fault = stateFaults(state(), saved, true);
      if (fault !== null) throw new TorchError("TORCH_BAD_STATE", fault);
      for (const [name, tensor] of Object.entries(state())) ops.copy_(tensor, saved[name]!);
      step = stepCount.item();
    },
    dispose: () => dispose(state()),
  };
}

const slotOf = (name: string, parameter: Tensor): Slot =>
  noGrad(() => ({
    name,
    parameter,
    first: keep(ops.zerosLike(parameter)),
    second: keep(ops.zerosLike(parameter)),
  }));

const namedMeans = ({ name, first, second }: Slot): [string, Tensor][] => [
  [`${name}.exp_avg`, first],
  [`${name}.exp_avg_sq`, second],
];
