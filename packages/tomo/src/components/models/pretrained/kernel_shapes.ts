import { ops, type Tensor } from "@tomo/torch";

/** How a kernel [out, in, spatial] of a file becomes one of the network. */
export type KernelFit =
  | "same"
  /** [o, i, k, k] to [o, i, k, k, 1]: looks within slices. */
  | "within slices"
  /** [o, 3, k, k] to [o, n, k, k, 3]: the three channels become three neighbouring slices, as in the AH-Net paper. */
  | "channels as slices"
  /** [o, i, …] to [o, n, …]: the sum over the input channels, divided by n. Exact where all channels are equal. */
  | "summed channels";

/** How, or null when it cannot. @param isFirst whether the kernel sees the image */
export function kernelFit(
  from: readonly number[],
  to: readonly number[],
  isFirst: boolean,
): KernelFit | null {
  if (sameSizes(from, to)) return "same";
  if (sameSizes([...from, 1], to)) return "within slices";
  if (!isFirst || from[0] !== to[0]) return null;
  const [, channels = 0, ...spatial] = from;
  if (sameSizes(spatial, to.slice(2))) return "summed channels";
  return sameSizes([...spatial, channels], to.slice(2)) ? "channels as slices" : null;
}

/** Applies a fit to a kernel; `to` is the shape in the network. */
export function fittedKernel(kernel: Tensor, to: readonly number[], fit: KernelFit): Tensor {
  const inputs = to[1] ?? 1;
  switch (fit) {
    case "same":
      return kernel;
    case "within slices":
      return ops.unsqueeze(kernel, -1);
    case "summed channels":
      return ops.expand(ops.div(ops.sumDim(kernel, [1], { keepdim: true }), inputs), to);
    case "channels as slices":
      return ops.expand(ops.div(ops.unsqueeze(ops.movedim(kernel, [1], [-1]), 1), inputs), to);
  }
}

export const sameSizes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);
