import { type DType, ops, type Tensor, tensor } from "@tomo/torch";
import { type Affine, type ImageProperties, type MedicalImage, medicalImage } from "../data/medical_image.ts";
import type { FieldValue, Sample } from "../data/sample.ts";
import { batchAxis, channelAxis, type ShapeFormat, spatialRank } from "../data/shape_format.ts";

/** Oblique, anisotropic, left-handed, away from the origin: no symmetry in which a wrong affine could hide. */
export const obliqueAffine: Affine = [
  -0.9, 0.3, 0.2, 31, 0.25, 1.4, -0.6, -17, 0.1, 0.5, 2.2, 5, 0, 0, 0, 1,
]; // biome-ignore format: one row

export const caseOf = (fields: Record<string, FieldValue>): Sample => ({
  caseId: "case_7",
  index: 3,
  fields,
});

/** An array in which the value of each voxel is `value(n)`, n being its position in C order. */
export function filled(
  shape: readonly number[],
  value: (n: number) => number,
  dtype: DType = "float32",
): Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return ops.toDtype(
    tensor(
      Float32Array.from({ length: count }, (_, n) => value(n)),
      shape,
    ),
    dtype,
  );
}

/** Sizes of all axes of a layout, from the sizes of its spatial axes. */
export function shapeFor(format: ShapeFormat, size: readonly number[], channels = 2, batch = 2): number[] {
  let axis = 3 - spatialRank(format);
  return [...format].map((letter) => (letter === "N" ? batch : letter === "C" ? channels : size[axis++]!));
}

/** Properties as a loader sets them; a batch has one affine an entry. */
export function geometryFor(format: ShapeFormat, size: readonly number[]): ImageProperties {
  const originalShape = size.slice(3 - spatialRank(format));
  const common = { originalShape, originalAffine: obliqueAffine, fileName: "case_7.nii.gz" };
  if (batchAxis(format) < 0) return { ...common, affine: obliqueAffine };
  const shifted = obliqueAffine.map((value, n) => (n === 3 ? value + 12 : value));
  return { ...common, affines: [obliqueAffine, shifted] };
}

/** An image whose voxels all differ: 1, 2, 3, … in C order. */
export const ramp = (format: ShapeFormat, size: readonly number[], channels = 2): MedicalImage =>
  medicalImage(
    filled(shapeFor(format, size, channels), (n) => n + 1),
    format,
    geometryFor(format, size),
  );

/** Classes 0, 1, 2 by position in C order; a channel axis has length 1. */
export const classes = (
  format: ShapeFormat,
  size: readonly number[],
  dtype: DType = "float32",
): MedicalImage =>
  medicalImage(
    filled(shapeFor(format, size, 1), (n) => n % 3, dtype),
    format,
    geometryFor(format, size),
  );

/** Index in C order of every voxel of an array of this shape. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  const index = shape.map(() => 0);
  for (;;) {
    yield [...index];
    let axis = shape.length - 1;
    while (axis >= 0 && ++index[axis]! === shape[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}

/** World position in mm of each voxel, by value; for images whose voxels all differ. */
export function placesByValue(image: MedicalImage): Map<number, string> {
  const { data, format, properties } = image;
  const [batch, channel] = [batchAxis(format), channelAxis(format)];
  const values = data.toArray();
  const places = new Map<number, string>();
  let n = 0;
  for (const index of indices(data.shape)) {
    const affine = batch < 0 ? properties.affine! : properties.affines![index[batch]!]!;
    const point = index.filter((_, axis) => axis !== batch && axis !== channel);
    const world = [0, 1, 2].map(
      (row) => affine[4 * row + 3]! + point.reduce((sum, at, axis) => sum + affine[4 * row + axis]! * at, 0),
    );
    // rounded to 1e-6 mm; + 0 makes -0 a zero
    places.set(values[n++]!, world.map((mm) => (Math.round(mm * 1e6) / 1e6 + 0).toFixed(6)).join());
  }
  return places;
}
