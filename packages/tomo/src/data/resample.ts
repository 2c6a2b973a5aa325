import { isFloating, ops, type Tensor, tensor } from "@tomo/torch";

/** Labels take the value of the nearest voxel, images are interpolated between the two neighbours. */
export type Interpolation = "nearest" | "linear";

/** Positions this close to a voxel, in voxels, are meant to be on it. */
const snap = 1e-4;

/**
 * The values at fractional positions along one axis (voxel centres at integers). Within half a voxel outside the
 * edge voxel is continued; farther out the result is zero.
 */
export function resampleAxis(
  data: Tensor,
  axis: number,
  positions: readonly number[],
  interpolation: Interpolation,
): Tensor {
  const length = data.shape[axis]!;
  const snapped = positions.map((p) => (Math.abs(p - Math.round(p)) < snap ? Math.round(p) : p));
  if (snapped.length === length && snapped.every((p, n) => p === n)) return data;
  const values =
    interpolation === "nearest" || snapped.every(Number.isInteger)
      ? nearest(data, axis, snapped)
      : linear(isFloating(data.dtype) ? data : ops.toDtype(data, "float32"), axis, snapped);
  const inside = snapped.map((p) => p >= -0.5 && p <= length - 0.5);
  if (inside.every(Boolean)) return values;
  return ops.mul(values, along(axis, data.rank, tensor(inside.map(Number), [inside.length], "bool")));
}

function nearest(data: Tensor, axis: number, positions: readonly number[]): Tensor {
  return ops.indexSelect(
    data,
    axis,
    clampedIndex(
      positions.map((p) => Math.floor(p + 0.5)),
      data.shape[axis]!,
    ),
  );
}

function linear(data: Tensor, axis: number, positions: readonly number[]): Tensor {
  const length = data.shape[axis]!;
  const lower = positions.map((p) => Math.min(Math.max(Math.floor(p), 0), length - 1));
  const weights = positions.map((p, n) => Math.min(Math.max(p - lower[n]!, 0), 1));
  const [left, right] = [lower, lower.map((n) => n + 1)].map((index) =>
    ops.indexSelect(data, axis, clampedIndex(index, length)),
  ) as [Tensor, Tensor];
  const weight = along(axis, data.rank, ops.toDtype(tensor(weights), data.dtype));
  return ops.lerp(left, right, ops.expandAs(weight, left));
}

/** Indices of an axis of `length` voxels, those outside moved to its ends. */
export const clampedIndex = (index: readonly number[], length: number): Tensor =>
  tensor(
    index.map((n) => Math.min(Math.max(n, 0), length - 1)),
    [index.length],
    "int64",
  );

/** A vector shaped to broadcast along one axis. */
const along = (axis: number, rank: number, vector: Tensor): Tensor =>
  ops.reshape(
    vector,
    Array.from({ length: rank }, (_, n) => (n === axis ? -1 : 1)),
  );
