import { ops, scope, type Tensor, tensor } from "@tomo/torch";
import type { MedicalImage } from "../../data/medical_image.ts";
import type { RandomStream } from "../../data/random.ts";
import { channelAxis } from "../../data/shape_format.ts";
import { sizeOf } from "../../data/spatial.ts";

/** Draws voxels of a label, uniformly over its foreground or over its background. */
export interface LabelVoxels {
  /** Spatial index in file order; null where there is no such voxel. */
  readonly pick: (random: RandomStream, foreground: boolean) => number[] | null;
}

/** Positions of the first blind round; each further round has four times as many. */
const firstRound = 64;

/**
 * Foreground is what is larger than 0; of a label with several channels, what is larger than 0 in any but the first.
 * `tries` positions are drawn blindly and the first that fits is taken; if none does voxels are counted. Both ways
 * are uniform over the wanted voxels, so the number of tries changes time, not statistics.
 */
export function labelVoxels(label: MedicalImage, tries: (voxels: number) => number): LabelVoxels {
  const size = sizeOf(label);
  const values = foregroundValues(label);
  const voxels = size.reduce((product, length) => product * length, 1);
  let counts: readonly number[] | undefined;
  return {
    pick: (random, foreground) => {
      const blind = counts ? null : drawBlindly(values, voxels, tries(voxels), random, foreground);
      if (blind !== null) return indexOf(blind, size);
      counts ??= countSlabs(values, size[0]!);
      const counted = pickCounted(values, voxels / size[0]!, counts, random, foreground);
      return counted === null ? null : indexOf(counted, size);
    },
  };
}

/** One number a voxel, larger than 0 where the label is foreground, in C order of the spatial axes. */
function foregroundValues({ data, format }: MedicalImage): Tensor {
  const axis = channelAxis(format);
  if ((data.shape[axis] ?? 1) === 1) return data;
  return ops.anyDim(ops.gt(ops.slice(data, { dim: axis, start: 1 }), 0), axis);
}

function drawBlindly(
  values: Tensor,
  voxels: number,
  tries: number,
  random: RandomStream,
  wanted: boolean,
): number | null {
  for (let drawn = 0, round = firstRound; drawn < tries; drawn += round, round *= 4) {
    const positions = Array.from({ length: Math.min(round, tries - drawn) }, () => random.integer(0, voxels));
    const found = positions[foregroundAt(values, positions).indexOf(Number(wanted))];
    if (found !== undefined) return found;
  }
  return null;
}

/** 1 for foreground, 0 for background, at positions in C order. */
const foregroundAt = (values: Tensor, positions: readonly number[]): Uint8Array =>
  scope(() =>
    ops.gt(ops.take(values, tensor(positions, [positions.length], "int64")), 0).toTypedArray<Uint8Array>(),
  );

/** Foreground voxels of each slab across the first spatial axis. */
const countSlabs = (values: Tensor, slabs: number): number[] =>
  scope(() => ops.sumDim(ops.reshape(ops.gt(values, 0), [slabs, -1]), 1).toArray());

/** Draws a rank among the wanted voxels and finds the voxel of that rank. */
function pickCounted(
  values: Tensor,
  slab: number,
  foreground: readonly number[],
  random: RandomStream,
  wanted: boolean,
): number | null {
  const counts = wanted ? foreground : foreground.map((count) => slab - count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let rank = random.integer(0, total);
  const first = counts.findIndex((count) => {
    if (rank < count) return true;
    rank -= count;
    return false;
  });
  const inSlab = scope(() =>
    ops.gt(ops.select(ops.reshape(values, [counts.length, -1]), 0, first), 0).toTypedArray<Uint8Array>(),
  );
  return first * slab + inSlab.findIndex((value) => (value === 1) === wanted && rank-- === 0);
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
