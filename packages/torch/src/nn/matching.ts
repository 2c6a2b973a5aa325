import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The precision policy of all layers: activations keep the dtype in which they enter, weights are converted to it where
 * a kernel needs one dtype (convolutions, matrix products), and norms keep their statistics and affine in the dtype of
 * the parameters. So float32 parameters with a bfloat16 input is mixed-precision training: gradients reach the
 * parameters in float32.
 */
export function matching<T extends Tensor | null>(parameter: T, input: Tensor): T {
  if (parameter === null || parameter.dtype === input.dtype) return parameter;
  return ops.toDtype(parameter, input.dtype) as T;
}
