import { type Layer, ops, scope, type Tensor } from "@tomo/torch";

/** weight · ½ Σ k² over all kernels k of convolutions and dense layers, whose gradient is weight · k; null for weight 0. */
export function kernelPenalty(module: Layer, weight: number): Tensor | null {
  if (weight === 0) return null;
  return scope(() => {
    const kernels = module.parameters().filter((parameter) => parameter.rank > 1);
    const sums = kernels.map((kernel) => ops.sum(ops.square(kernel)));
    return ops.mul(ops.sum(ops.stack(sums)), weight / 2);
  });
}
