import type { SizeFault } from "../../contracts.ts";
import type { AhnetOptions } from "./ahnet.ts";

/** All axes are halved five times. */
const divisor = 32;

/** Why AH-Net cannot take a spatial size, and the nearest size that it can; null when it can. */
export function ahnetSizeFault(
  options: Pick<AhnetOptions, "axes" | "pspPools" | "upsampleMode" | "throughPlane">,
  spatial: readonly number[],
  mode: { readonly training: boolean; readonly batch: number },
): SizeFault | null {
  if (spatial.length !== options.axes)
    return { reason: `the size has ${spatial.length} axes, SegAhnet has ${options.axes}`, nearest: spatial };
  const rules = spatial.map((_, axis) => ruleOf(options, axis));
  const nearest = spatial.map((size, axis) => rules[axis]!.nearest(size));
  const bad = spatial.findIndex((size, axis) => size !== nearest[axis]);
  if (bad >= 0)
    return { reason: `axis ${bad} is ${spatial[bad]}, SegAhnet needs ${rules[bad]!.text}`, nearest };
  const deepest = spatial.reduce((voxels, size) => (voxels * size) / divisor, mode.batch);
  if (mode.training && deepest < 2)
    return {
      reason: `[${spatial.join(", ")}] leaves one voxel at the deepest level, batch norm needs two in training`,
      nearest: [2 * spatial[0]!, ...spatial.slice(1)],
    };
  return null;
}

interface Rule {
  readonly text: string;
  readonly nearest: (size: number) => number;
}

function ruleOf(
  options: Pick<AhnetOptions, "axes" | "pspPools" | "upsampleMode" | "throughPlane">,
  axis: number,
): Rule {
  const pooled = options.pspPools > 0 && (options.axes === 2 || axis !== options.throughPlane);
  const largestPool = 2 ** (options.pspPools + 3);
  if (!pooled) return multipleOf(divisor, divisor, "");
  const why = ` (its largest pyramid pool is ${largestPool / 2} at half resolution)`;
  return options.upsampleMode === "transpose"
    ? multipleOf(Math.max(largestPool, divisor), largestPool, why)
    : multipleOf(divisor, largestPool, why);
}

const multipleOf = (factor: number, least: number, why: string): Rule => ({
  text: `a multiple of ${factor}${least > factor ? `, at least ${least}` : ""}${why}`,
  nearest: (size) => Math.max(Math.round(size / factor) * factor, Math.ceil(least / factor) * factor),
});
