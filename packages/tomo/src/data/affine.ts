import type { Affine } from "./medical_image.ts";

/** World position in RAS+ millimetres, or an array index (voxel centres at integers). */
export type Point = readonly [number, number, number];

export const identityAffine: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

const axes = [0, 1, 2] as const;
const at = (affine: Affine, row: number, column: number): number => affine[4 * row + column]!;

/** Affine from its three columns (one an array axis, in mm a voxel) and the position of voxel (0, 0, 0). */
export const affineOf = (columns: readonly Point[], origin: Point): Affine => [
  ...axes.flatMap((row) => [columns[0]![row], columns[1]![row], columns[2]![row], origin[row]]),
  0,
  0,
  0,
  1,
];

/** Step in the world, in mm, of one voxel along an array axis. */
export const columnOf = (affine: Affine, axis: number): Point => [
  at(affine, 0, axis),
  at(affine, 1, axis),
  at(affine, 2, axis),
];

const columnsOf = (affine: Affine): Point[] => axes.map((axis) => columnOf(affine, axis));
export const originOf = (affine: Affine): Point => columnOf(affine, 3);

/** Voxel size along each array axis, in mm: the lengths of the columns. */
export const spacingOf = (affine: Affine): Point =>
  columnsOf(affine).map((column) => Math.hypot(...column)) as [number, number, number];

/** Where an index lies, in RAS+ mm. */
export const transformPoint = (affine: Affine, [i, j, k]: Point): Point =>
  axes.map(
    (row) => at(affine, row, 0) * i + at(affine, row, 1) * j + at(affine, row, 2) * k + at(affine, row, 3),
  ) as [number, number, number];

/** `a · b`: applies b first. */
export const affineMultiply = (a: Affine, b: Affine): Affine =>
  Array.from({ length: 16 }, (_, n) => {
    const [row, column] = [n >> 2, n & 3];
    return (
      at(a, row, 0) * at(b, 0, column) +
      at(a, row, 1) * at(b, 1, column) +
      at(a, row, 2) * at(b, 2, column) +
      at(a, row, 3) * at(b, 3, column)
    );
  });

/** Determinant of the 3×3 part: signed volume of a voxel in mm³; negative = left-handed. */
export function determinantOf(affine: Affine): number {
  const [a, b, c] = columnsOf(affine) as [Point, Point, Point];
  return dot(a, cross(b, c));
}

/** World to index. @throws RangeError for a singular or non-finite affine. */
export function affineInverse(affine: Affine): Affine {
  const determinant = determinantOf(affine);
  if (!(Math.abs(determinant) > 0) || !affine.every(Number.isFinite))
    throw new RangeError(`affine has no inverse: [${affine.join(", ")}]`);
  const [a, b, c] = columnsOf(affine) as [Point, Point, Point];
  const rows = [cross(b, c), cross(c, a), cross(a, b)].map(
    (row) => row.map((value) => value / determinant) as [number, number, number],
  );
  const origin = originOf(affine);
  return [...rows.flatMap((row) => [...row, -dot(row, origin)]), 0, 0, 0, 1];
}

/** Affine after reversing an array axis of `size` voxels. */
export function affineAfterFlip(affine: Affine, axis: number, size: number): Affine {
  const columns = columnsOf(affine);
  const origin = move(originOf(affine), columns[axis]!, size - 1);
  columns[axis] = columns[axis]!.map((value) => -value) as [number, number, number];
  return affineOf(columns, origin);
}

/** Affine after a permutation in which new axis n is old axis `order[n]`. */
export function affineAfterPermute(affine: Affine, order: readonly number[]): Affine {
  if ([...order].sort().join() !== "0,1,2") throw new RangeError(`not an order of three axes: [${order}]`);
  return affineOf(
    order.map((axis) => columnOf(affine, axis)),
    originOf(affine),
  );
}

/** Affine after taking the box that starts at index `start`; negative entries are voxels padded in front. */
export function affineAfterCrop(affine: Affine, start: readonly number[]): Affine {
  const columns = columnsOf(affine);
  const origin = axes.reduce(
    (point, axis) => move(point, columns[axis]!, start[axis] ?? 0),
    originOf(affine),
  );
  return affineOf(columns, origin);
}

/**
 * Affine after resampling `from` voxels to `to` voxels an axis, with the outer edges of the volume kept in place:
 * old index = (new index + ½) · from/to − ½.
 */
export function affineAfterResize(affine: Affine, from: readonly number[], to: readonly number[]): Affine {
  const columns = columnsOf(affine);
  const factors = axes.map((axis) => (from[axis] ?? 1) / (to[axis] ?? 1));
  const origin = axes.reduce(
    (point, axis) => move(point, columns[axis]!, (factors[axis]! - 1) / 2),
    originOf(affine),
  );
  return affineOf(
    columns.map((column, axis) => column.map((value) => value * factors[axis]!) as [number, number, number]),
    origin,
  );
}

export const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const move = (point: Point, step: Point, times: number): Point =>
  axes.map((row) => point[row] + step[row] * times) as [number, number, number];
