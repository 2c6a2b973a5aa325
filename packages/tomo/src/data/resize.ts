import { isFloating, ops, type Tensor } from "@tomo/torch";
import { affineAfterResize } from "./affine.ts";
import type { MedicalImage } from "./medical_image.ts";
import { clampedIndex, type Interpolation } from "./resample.ts";
import { spatialAxes } from "./shape_format.ts";
import { sizeOf, withGeometry } from "./spatial.ts";

/**
 * The image on a grid of `size` voxels (in file order) between the same outer edges: along each axis old index =
 * (new index + ½) · old / new − ½.
 * Nearest keeps the element type. Linear gives floating point: each new voxel is the mean of the old ones under a
 * triangle around its place whose half width is one step of the coarser grid, cut off at the edges. So it
 * interpolates where an axis grows; where it shrinks every old voxel counts, and fine detail does not turn into false
 * patterns (PIL's BILINEAR, torch's antialias).
 */
export function resizeImage(
  image: MedicalImage,
  size: readonly number[],
  interpolation: Interpolation,
): MedicalImage {
  const axes = spatialAxes(image.format);
  const resized = (data: Tensor, along: (data: Tensor, axis: number, length: number) => Tensor) =>
    axes.reduce(
      (values, axis, n) => (values.shape[axis] === size[n] ? values : along(values, axis, size[n]!)),
      data,
    );
  const data =
    interpolation === "nearest"
      ? resized(image.data, nearest)
      : inFloat(image.data, (x) => resized(x, linear));
  return withGeometry(image, data, (affine) => affineAfterResize(affine, sizeOf(image), size));
}

function nearest(data: Tensor, axis: number, length: number): Tensor {
  const old = data.shape[axis]!;
  const places = Array.from({ length }, (_, n) => Math.floor(((2 * n + 1) * old) / (2 * length)));
  return ops.indexSelect(data, axis, clampedIndex(places, old));
}

function linear(data: Tensor, axis: number, length: number): Tensor {
  const { shape } = data;
  const [outer, old, inner] = [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))];
  // images of which the operator leaves one axis alone: passes of its own over both axes are not faster, and so any
  // layout does
  const resized =
    inner === 1
      ? ops.upsampleBilinear2dAa(ops.reshape(data, [1, 1, outer, old]), [outer, length], false)
      : ops.upsampleBilinear2dAa(ops.reshape(data, [outer, 1, old, inner]), [length, inner], false);
  return ops.reshape(
    resized,
    shape.map((size, n) => (n === axis ? length : size)),
  );
}

/** Computes in float64 for float64, else in float32; the result has the element type of a float, else float32. */
function inFloat(data: Tensor, compute: (data: Tensor) => Tensor): Tensor {
  const result = compute(data.dtype === "float64" ? data : ops.toDtype(data, "float32"));
  return ops.toDtype(result, isFloating(data.dtype) ? data.dtype : "float32");
}

const product = (lengths: readonly number[]): number =>
  lengths.reduce((result, length) => result * length, 1);
