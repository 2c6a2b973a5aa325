import {
  affineAfterFlip,
  affineAfterPermute,
  affineInverse,
  affineOf,
  columnOf,
  determinantOf,
  type Point,
  spacingOf,
} from "./affine.ts";
import type { Affine } from "./medical_image.ts";

/** For each array axis the world axis it runs along most (0 = left-right, 1 = posterior-anterior, 2 = inferior-superior). */
export interface AxisDirection {
  readonly world: 0 | 1 | 2;
  /** 1 = towards right, anterior, superior; -1 = the other way. */
  readonly sign: 1 | -1;
}

const axes = [0, 1, 2] as const;

/**
 * Closest world axis of each array axis: nibabel's io_orientation. The columns, scaled to unit length, are replaced
 * by the nearest orthogonal matrix (which spreads shear evenly); then the array axes, the most clearly directed one
 * first, take the world axis of their largest entry among those still free.
 */
export function axisDirections(affine: Affine): [AxisDirection, AxisDirection, AxisDirection] {
  const spacing = spacingOf(affine);
  const units = axes.map((axis) => columnOf(affine, axis).map((value) => value / (spacing[axis] || 1)));
  const rotation = nearestOrthogonal(affineOf(units as unknown as Point[], [0, 0, 0]));
  // rounded, so that ties (45° rotations) do not hang on the last bit
  const strength = axes.map((axis) => Math.round(1e9 * Math.max(...columnOf(rotation, axis).map(Math.abs))));
  const directions: AxisDirection[] = [];
  const free = new Set<0 | 1 | 2>(axes);
  for (const axis of [...axes].sort((a, b) => strength[b]! - strength[a]!)) {
    const column = columnOf(rotation, axis);
    const larger = (a: 0 | 1 | 2, b: 0 | 1 | 2) => (Math.abs(column[b]) > Math.abs(column[a]) + 1e-9 ? b : a);
    const world = [...free].reduce(larger);
    free.delete(world);
    directions[axis] = { world, sign: column[world] < 0 ? -1 : 1 };
  }
  return directions as [AxisDirection, AxisDirection, AxisDirection];
}

/** Orientation code such as "LAS": the direction in which each array index grows. */
export const orientationOf = (affine: Affine): string =>
  axisDirections(affine)
    .map(({ world, sign }) => ["LR", "PA", "IS"][world]![sign === 1 ? 1 : 0])
    .join("");

/** How to bring an array into the orientation closest to RAS+, without interpolation. */
export interface CanonicalStep {
  /** New axis n is old axis `order[n]`. */
  readonly order: readonly [number, number, number];
  /** Whether new axis n is reversed, after the permutation. */
  readonly flip: readonly [boolean, boolean, boolean];
  /** Affine of the result. */
  readonly affine: Affine;
}

/** @param shape Spatial size in voxels before the step, in file order. */
export function closestCanonical(affine: Affine, shape: readonly number[]): CanonicalStep {
  const directions = axisDirections(affine);
  const order = axes.map((world) => directions.findIndex((direction) => direction.world === world));
  const flip = order.map((axis) => directions[axis]!.sign === -1);
  const canonical = axes.reduce(
    (result, axis) => (flip[axis] ? affineAfterFlip(result, axis, shape[order[axis]!] ?? 1) : result),
    affineAfterPermute(affine, order),
  );
  return { order, flip, affine: canonical } as unknown as CanonicalStep;
}

/**
 * Orthogonal factor of the polar decomposition of the 3×3 part, by Newton's iteration X ← (X + X⁻ᵀ) / 2 (Higham,
 * "Computing the polar decomposition", 1986): the same matrix as U·Vᵀ of the SVD. A singular matrix is returned as is.
 */
function nearestOrthogonal(matrix: Affine): Affine {
  let current = matrix;
  for (let step = 0; step < 50; step++) {
    if (!(Math.abs(determinantOf(current)) > 1e-12)) return matrix;
    const inverse = affineInverse(current);
    const next = current.map((value, n) => {
      const [row, column] = [n >> 2, n & 3];
      return row < 3 && column < 3 ? (value + inverse[4 * column + row]!) / 2 : value;
    });
    const change = Math.max(...next.map((value, n) => Math.abs(value - current[n]!)));
    current = next;
    if (change < 1e-14) break;
  }
  return current;
}
