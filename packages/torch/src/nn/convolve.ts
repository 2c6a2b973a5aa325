import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { matching } from "./matching.ts";
import { type PerAxis, perAxis } from "./sizes.ts";

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
    const run = { 3: ops.conv1d, 4: ops.conv2d, 5: ops.conv3d }[input.rank];
    if (run === undefined)
      throw new RangeError(`cannot convolve an input of shape [${input.shape.join(", ")}]`);
    const { bias = null, ...rest } = options;
    const { padded, padding } = paddedWhereShort(input, weight, options);
    return run(padded, matching(weight, input), { ...rest, padding, bias: matching(bias, input) });
  });

/**
 * oneDNN (of libtorch 2.15, on CPUs with AVX-512 but no AMX) computes wrong weight gradients, and writes beyond its
 * buffers, for padded convolutions whose input is not longer than the kernel on some axis. There the zeros are written
 * out, which gives the same result without its padded kernels; such inputs are small.
 */
function paddedWhereShort(input: Tensor, weight: Tensor, options: ConvolveOptions) {
  const [, , ...spatial] = input.shape;
  const [, , ...kernel] = weight.shape;
  const padding = perAxis(options.padding ?? 0, spatial.length);
  const dilation = perAxis(options.dilation ?? 1, spatial.length);
  const isShort = (axis: number) =>
    padding[axis]! > 0 && spatial[axis]! <= dilation[axis]! * (kernel[axis]! - 1) + 1;
  if (!input.device.startsWith("cpu") || !spatial.some((_, axis) => isShort(axis)))
    return { padded: input, padding };
  const sides = padding.toReversed().flatMap((zeros) => [zeros, zeros]);
  return { padded: ops.constantPadNd(input, sides), padding: 0 };
}
