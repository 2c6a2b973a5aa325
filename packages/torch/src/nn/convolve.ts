import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { matching } from "./matching.ts";
import type { PerAxis } from "./sizes.ts";

export interface ConvolveOptions {
  readonly bias?: Tensor | null;
  readonly stride?: PerAxis;
  readonly padding?: PerAxis;
  readonly dilation?: PerAxis;
  readonly groups?: number;
}

/** Convolution over 1 to 3 spatial axes in the dtype of the input: [N, C, spatial], weight [O, C / groups, ...kernel]. */
export const convolve = (input: Tensor, weight: Tensor, options: ConvolveOptions = {}): Tensor =>
  scope(() => {
    if (!overrunsInBfloat16(input, weight)) return inOwnDtype(input, weight, options);
    return ops.toDtype(inOwnDtype(ops.toDtype(input, "float32"), weight, options), input.dtype);
  });

function inOwnDtype(input: Tensor, weight: Tensor, { bias = null, ...options }: ConvolveOptions): Tensor {
  const run = { 3: ops.conv1d, 4: ops.conv2d, 5: ops.conv3d }[input.rank];
  if (run === undefined)
    throw new RangeError(`cannot convolve an input of shape [${input.shape.join(", ")}]`);
  return run(input, matching(weight, input), { ...options, bias: matching(bias, input) });
}

/**
 * oneDNN (of libtorch 2.15, on CPUs with AVX512_BF16 but no AMX) computes wrong weight gradients, and writes beyond its
 * buffers, for bfloat16 convolutions whose input is shorter than the kernel on some axis. Such inputs are small: they
 * are convolved in float32. 13,000 random convolutions that are not of this kind were right (see convolve.test.ts).
 */
function overrunsInBfloat16(input: Tensor, weight: Tensor): boolean {
  if (!input.dtype.endsWith("16") || !input.device.startsWith("cpu")) return false;
  const [, , ...spatial] = input.shape;
  const [, , ...kernel] = weight.shape;
  return spatial.some((size, axis) => size < kernel[axis]!);
}
