/** Zeros added in front of and behind each spatial axis, so that a window fits. */
export interface Padding {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Symmetric padding of axes that are shorter than the window; an odd voxel goes behind. */
export function paddingFor(size: readonly number[], roi: readonly number[]): Padding {
  const missing = size.map((length, axis) => Math.max(roi[axis]! - length, 0));
  const before = missing.map((voxels) => Math.floor(voxels / 2));
  return { before, after: missing.map((voxels, axis) => voxels - before[axis]!) };
}

/**
 * First voxels of the windows along one axis of `length` ≥ `roi` voxels. Neighbours are floor(roi · (1 − overlap))
 * apart, at least 1; the last window is shifted back so that it ends with the axis.
 */
export function windowStarts(length: number, roi: number, overlap: number): number[] {
  const interval = Math.max(1, Math.floor(roi * (1 - overlap)));
  const count = 1 + Math.ceil(Math.max(0, length - roi) / interval);
  return Array.from({ length: count }, (_, n) => Math.min(n * interval, length - roi));
}

/** How many windows of `roi` voxels cover each of `length` voxels of an axis. */
export function coverage(starts: readonly number[], roi: number, length: number): Float32Array {
  const counts = new Float32Array(length);
  for (const start of starts) for (let voxel = start; voxel < start + roi; voxel++) counts[voxel]!++;
  return counts;
}

/** All combinations of the axes' starts, the last axis running fastest. */
export const windowCorners = (startsByAxis: readonly (readonly number[])[]): number[][] =>
  startsByAxis.reduce<number[][]>(
    (corners, starts) => corners.flatMap((corner) => starts.map((start) => [...corner, start])),
    [[]],
  );
