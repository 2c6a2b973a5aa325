import type { SizeFault } from "../../contracts.ts";

/** Size of an axis at the deepest level: the first convolution and pool halve upwards, three transitions downwards. */
const deepest = (size: number): number => Math.floor(Math.ceil(size / 4) / 8);
const smallest = 29;
/** Smallest size that leaves two values at the deepest level. */
const smallestPair = 61;

/** Why DenseNet-121 cannot take a spatial size, and the nearest size that it can; null when it can. */
export function densenetSizeFault(
  axes: number,
  spatial: readonly number[],
  mode: { readonly training: boolean; readonly batch: number },
): SizeFault | null {
  if (spatial.length !== axes)
    return { reason: `the size has ${spatial.length} axes, DenseNet121 has ${axes}`, nearest: spatial };
  const large = spatial.map((size) => Math.max(size, smallest));
  const values = large.reduce((product, size) => product * deepest(size), mode.batch);
  const single = mode.training && values < 2;
  const nearest = single ? [smallestPair, ...large.slice(1)] : large;
  const small = spatial.findIndex((size) => size < smallest);
  if (small >= 0)
    return { reason: `axis ${small} is ${spatial[small]}, DenseNet121 needs at least ${smallest}`, nearest };
  if (single)
    return {
      reason: `[${spatial.join(", ")}] in a batch of one leaves one value at the deepest level, batch norm needs two in training`,
      nearest,
    };
  return null;
}
