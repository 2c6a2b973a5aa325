import { affineOf, columnOf, determinantOf, dot, type Point, spacingOf } from "../../data/affine.ts";
import type { Affine } from "../../data/medical_image.ts";

/** The three places where a header can describe its geometry. */
export interface AffineForms {
  readonly sformCode: number;
  /** srow_x, srow_y, srow_z: 12 numbers. */
  readonly sform: readonly number[];
  readonly qformCode: number;
  /** b, c, d, offset x, y, z. */
  readonly qform: readonly number[];
  /** pixdim[0..3]: qfac, then mm a voxel. */
  readonly pixdim: readonly number[];
  /** Voxels along the first three axes. */
  readonly shape: readonly number[];
}

export interface ChosenAffine {
  readonly affine: Affine;
  readonly source: "sform" | "qform" | "pixdim";
  /** Forms that claim to be valid and are not. */
  readonly warnings: readonly string[];
}

/**
 * nibabel's rule: sform when its code is above 0, else qform when its code is above 0, else voxel sizes with the
 * first axis pointing left and the origin at the centre. A form that is singular or not finite is passed over.
 */
export function chooseAffine(forms: AffineForms): ChosenAffine {
  const warnings: string[] = [];
  const usable = (name: string, affine: Affine) => {
    const valid = affine.every(Number.isFinite) && Math.abs(determinantOf(affine)) > 0;
    if (!valid) warnings.push(`the ${name} is singular or not finite and is not used`);
    return valid;
  };
  if (forms.sformCode > 0) {
    const affine = [...forms.sform, 0, 0, 0, 1];
    if (usable("sform", affine)) return { affine, source: "sform", warnings };
  }
  if (forms.qformCode > 0) {
    const affine = affineOfQform(forms);
    if (usable("qform", affine)) return { affine, source: "qform", warnings };
  }
  return { affine: affineOfPixdim(forms), source: "pixdim", warnings };
}

/** Voxel size as nibabel mends it: no sign, and 1 for what is zero or not finite. */
export const voxelSize = (pixdim: number | undefined): number =>
  pixdim !== undefined && Number.isFinite(pixdim) && pixdim !== 0 ? Math.abs(pixdim) : 1;

function affineOfPixdim({ pixdim, shape }: AffineForms): Affine {
  const steps = [1, 2, 3].map((axis) => voxelSize(pixdim[axis]) * (axis === 1 ? -1 : 1));
  const origin = steps.map((step, axis) => (-step * ((shape[axis] ?? 1) - 1)) / 2) as unknown as Point;
  return affineOf([[steps[0]!, 0, 0], [0, steps[1]!, 0], [0, 0, steps[2]!]], origin); // biome-ignore format: one row
}

/** Rotation of the unit quaternion (a, b, c, d), with a ≥ 0 from the other three (nifti1.h, "method 2"). */
function affineOfQform({ qform, pixdim }: AffineForms): Affine {
  let [b = 0, c = 0, d = 0] = qform;
  const length = b * b + c * c + d * d;
  // rounding can bring b² + c² + d² above 1: then it is a half turn
  const a = Math.sqrt(Math.max(0, 1 - length));
  if (length > 1) [b, c, d] = [b, c, d].map((value) => value / Math.sqrt(length)) as [number, number, number];
  const [x, y, z] = [
    voxelSize(pixdim[1]),
    voxelSize(pixdim[2]),
    voxelSize(pixdim[3]) * (pixdim[0]! < 0 ? -1 : 1),
  ];
  const columns: Point[] = [
    [x * (a * a + b * b - c * c - d * d), x * 2 * (b * c + a * d), x * 2 * (b * d - a * c)],
    [y * 2 * (b * c - a * d), y * (a * a + c * c - b * b - d * d), y * 2 * (c * d + a * b)],
    [z * 2 * (b * d + a * c), z * 2 * (c * d - a * b), z * (a * a + d * d - b * b - c * c)],
  ];
  return affineOf(columns, [qform[3]!, qform[4]!, qform[5]!]);
}

/** What a rotation-and-scale affine is as a qform; null when its columns are sheared, which a qform cannot say. */
export interface Qform {
  /** 1, or -1 for a left-handed affine. */
  readonly qfac: 1 | -1;
  readonly quaternion: Point;
}

export function qformOf(affine: Affine): Qform | null {
  const spacing = spacingOf(affine);
  const qfac = determinantOf(affine) < 0 ? -1 : 1;
  const unit = [0, 1, 2].map(
    (axis) =>
      columnOf(affine, axis).map(
        (value) => (value / spacing[axis]!) * (axis === 2 ? qfac : 1),
      ) as unknown as Point,
  ) as [Point, Point, Point];
  const shear = Math.max(
    Math.abs(dot(unit[0], unit[1])),
    Math.abs(dot(unit[0], unit[2])),
    Math.abs(dot(unit[1], unit[2])),
  );
  // above the rounding of float32 headers, below any shear that moves a voxel; false also for NaN
  return shear < 1e-5 ? { qfac, quaternion: quaternionOf(affineOf(unit, [0, 0, 0])) } : null;
}

/** nifti_mat44_to_quatern: divides by the largest of the four components. */
function quaternionOf(rotation: Affine): Point {
  const r = (row: number, column: number) => rotation[4 * row + column]!;
  const squares = [
    1 + r(0, 0) + r(1, 1) + r(2, 2),
    1 + r(0, 0) - r(1, 1) - r(2, 2),
    1 - r(0, 0) + r(1, 1) - r(2, 2),
    1 - r(0, 0) - r(1, 1) + r(2, 2),
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const scale = 0.5 / Math.sqrt(squares[largest]!);
  const [sumXY, sumXZ, sumYZ] = [r(0, 1) + r(1, 0), r(0, 2) + r(2, 0), r(1, 2) + r(2, 1)];
  const [x, y, z] = [r(2, 1) - r(1, 2), r(0, 2) - r(2, 0), r(1, 0) - r(0, 1)];
  const rows = [
    [squares[0]!, x, y, z],
    [x, squares[1]!, sumXY, sumXZ],
    [y, sumXY, squares[2]!, sumYZ],
    [z, sumXZ, sumYZ, squares[3]!],
  ];
  const [a, b, c, d] = rows[largest]!.map((value) => value * scale) as [number, number, number, number];
  return a < 0 ? [-b, -c, -d] : [b, c, d];
}
