import { isFloating, ops, type Tensor } from "@tomo/torch";
import type { MedicalImage } from "../../data/medical_image.ts";
import type { RandomStream } from "../../data/random.ts";
import { channelAxis } from "../../data/shape_format.ts";
import { sizeOf } from "../../data/spatial.ts";

/** Draws voxels of a label, uniformly over its foreground or over its background. */
export interface LabelVoxels {
  /** Spatial index in file order; null where there is no such voxel. */
  readonly pick: (random: RandomStream, foreground: boolean) => number[] | null;
}

/**
 * Foreground is what is larger than 0; of a label with several channels, what is larger than 0 in any but the first.
 * `tries` positions are drawn blindly and taken if they fit; after that voxels are counted. Both ways are uniform
 * over the wanted voxels, so the number of tries changes time, not statistics.
 */
export function labelVoxels(label: MedicalImage, tries: (voxels: number) => number): LabelVoxels {
  const size = sizeOf(label);
  const values = foregroundValues(label);
  const typed = values.view();
  const attempts = tries(typed.length);
  let counts: SlabCounts | undefined;
  return {
    pick: (random, foreground) => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const voxel = random.integer(0, typed.length);
        if (typed[voxel]! > 0 === foreground) return indexOf(voxel, size);
      }
      counts ??= countSlabs(values, size);
      return pickCounted(typed, size, counts, random, foreground);
    },
  };
}

/** One number a voxel, larger than 0 where the label is foreground, in C order of the spatial axes. */
function foregroundValues({ data, format }: MedicalImage): Tensor {
  const axis = channelAxis(format);
  const channels = data.shape[axis] ?? 1;
  if (channels > 1)
    return ops.contiguous(ops.anyDim(ops.gt(ops.slice(data, { dim: axis, start: 1 }), 0), axis));
  // of 16-bit floats only the bits can be viewed
  const viewable = isFloating(data.dtype) && !/(32|64)$/.test(data.dtype) ? ops.gt(data, 0) : data;
  return ops.contiguous(viewable);
}

/** Foreground voxels in each slab across the first spatial axis. */
interface SlabCounts {
  readonly foreground: readonly number[];
  readonly slab: number;
}

function countSlabs(values: Tensor, size: readonly number[]): SlabCounts {
  const rows = ops.reshape(ops.gt(values, 0), [size[0]!, -1]);
  return { foreground: ops.sumDim(rows, 1).toArray(), slab: rows.shape[1]! };
}

/** Draws a rank among the wanted voxels and finds the voxel of that rank. */
function pickCounted(
  typed: ArrayLike<number>,
  size: readonly number[],
  { foreground, slab }: SlabCounts,
  random: RandomStream,
  wanted: boolean,
): number[] | null {
  const counts = wanted ? foreground : foreground.map((count) => slab - count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let rank = random.integer(0, total);
  const first = counts.findIndex((count) => {
    if (rank < count) return true;
    rank -= count;
    return false;
  });
  for (let voxel = first * slab; ; voxel++)
    if (typed[voxel]! > 0 === wanted && rank-- === 0) return indexOf(voxel, size);
}

/** Spatial index of the n-th voxel in C order. */
function indexOf(voxel: number, size: readonly number[]): number[] {
  const index = new Array<number>(size.length);
  let rest = voxel;
  for (let axis = size.length - 1; axis >= 0; axis--) {
    index[axis] = rest % size[axis]!;
    rest = Math.floor(rest / size[axis]!);
  }
  return index;
}
