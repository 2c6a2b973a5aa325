import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";

/** Parallel lists: entry i of each belongs to parameter i. All on one device. */
export interface AdamGroup {
  readonly parameters: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  /** Means of the gradients. */
  readonly first: readonly Tensor[];
  /** Means of the squared gradients. */
  readonly second: readonly Tensor[];
}

export interface AdamNumbers {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to sqrt(v / (1 − β2ᵗ)), as PyTorch does. */
  readonly epsilon: number;
  /** 1-based. */
  readonly step: number;
}

export type AdamKernel = (group: AdamGroup, numbers: AdamNumbers, step: Tensor) => void;

/** One pass over memory; in libtorch for CPU and CUDA. `step`: float32 scalar on the device, equal to numbers.step. */
export const fusedAdam: AdamKernel = (group, numbers, step) =>
  ops.fusedAdam_(
    group.parameters,
    group.gradients,
    group.first,
    group.second,
    [],
    group.parameters.map(() => step),
    {
      lr: numbers.rate,
      beta1: numbers.beta1,
      beta2: numbers.beta2,
      eps: numbers.epsilon,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
    },
  );

/** The same by list operators, for devices without the fused one. */
export const foreachAdam: AdamKernel = (group, { rate, beta1, beta2, epsilon, step }) => {
  ops.foreachLerp_(group.first, group.gradients, 1 - beta1);
  ops.foreachMulScalar_(group.second, beta2);
  ops.foreachAddcmul_(group.second, group.gradients, group.gradients, { value: 1 - beta2 });
  const spread = Math.sqrt(1 - beta2 ** step);
  const divisors = ops.foreachSqrt(group.second);
  ops.foreachAddScalar_(divisors, epsilon * spread);
  ops.foreachAddcdiv_(group.parameters, group.first, divisors, {
    value: (-rate * spread) / (1 - beta1 ** step),
  });
};

export const adamKernelFor = (device: string): AdamKernel =>
  /^(cpu|cuda)/.test(device) ? fusedAdam : foreachAdam;
