import { ops, type Tensor } from "@tomo/torch";
import { affineAfterCrop, affineAfterFlip, affineAfterPermute } from "./affine.ts";
import { type Affine, type ImageProperties, type MedicalImage, medicalImage } from "./medical_image.ts";
import { spatialAxes, spatialSize } from "./shape_format.ts";

/** Spatial size of an image in voxels, in file order. */
export const sizeOf = (image: MedicalImage): number[] => spatialSize(image.data.shape, image.format);

/** New voxels, and the affine (or the affine of every patch) changed along with them. */
export const withGeometry = (
  image: MedicalImage,
  data: Tensor,
  change: (affine: Affine) => Affine,
): MedicalImage => medicalImage(data, image.format, changed(image.properties, change));

function changed(properties: ImageProperties, change: (affine: Affine) => Affine): ImageProperties {
  const { affine, affines } = properties;
  return {
    ...properties,
    ...(affine === undefined ? {} : { affine: change(affine) }),
    ...(affines === undefined ? {} : { affines: affines.map(change) }),
  };
}

/** Reverses the given spatial axes (0 = the file's first); every voxel keeps its place in the world. */
export function flipImage(image: MedicalImage, axes: readonly number[]): MedicalImage {
  if (axes.length === 0) return image;
  const size = sizeOf(image);
  const data = ops.flip(image.data, arrayAxes(image, axes));
  return withGeometry(image, data, (affine) =>
    axes.reduce((result, axis) => affineAfterFlip(result, axis, size[axis]!), affine),
  );
}

/**
 * Quarter turns in the plane of two spatial axes, in the direction of numpy.rot90: from the first axis towards the
 * second. Every voxel keeps its place in the world.
 */
export function rotateImage(
  image: MedicalImage,
  [first, second]: readonly [number, number],
  quarterTurns: number,
): MedicalImage {
  const turns = ((quarterTurns % 4) + 4) % 4;
  if (turns === 0) return image;
  const data = ops.rot90(image.data, { k: turns, dims: arrayAxes(image, [first, second]) });
  const order = [0, 1, 2].map((axis) => (axis === first ? second : axis === second ? first : axis));
  const turned = (affine: Affine): Affine => {
    const size = sizeOf(image);
    let result = affine;
    for (let turn = 0; turn < turns; turn++) {
      result = affineAfterPermute(affineAfterFlip(result, second, size[second]!), order);
      [size[first], size[second]] = [size[second]!, size[first]!];
    }
    return result;
  };
  return withGeometry(image, data, turned);
}

/**
 * The box of `size` voxels that starts at index `start`; both in file order. What lies outside the image is zero, so
 * negative starts pad.
 */
export function cropImage(
  image: MedicalImage,
  start: readonly number[],
  size: readonly number[],
): MedicalImage {
  const data = ops.contiguous(boxOf(image, start, size));
  return withGeometry(image, data, (affine) => affineAfterCrop(affine, start));
}

/** The voxels of a box as `cropImage` takes it; shares memory with the image where the box lies inside. */
export function boxOf(image: MedicalImage, start: readonly number[], size: readonly number[]): Tensor {
  const axes = spatialAxes(image.format);
  // constant_pad_nd counts axes from the last: (before, after) of the last axis first
  const padding = new Array<number>(2 * image.data.shape.length).fill(0);
  let data = image.data;
  for (const [n, axis] of axes.entries()) {
    const length = data.shape[axis]!;
    const [from, to] = [Math.max(0, start[n]!), Math.min(length, start[n]! + size[n]!)];
    if (from >= to)
      throw new RangeError(`the box [${start.join(", ")}] + [${size.join(", ")}] lies outside the image`);
    if (from > 0 || to < length) data = ops.slice(data, { dim: axis, start: from, end: to });
    const place = 2 * (image.data.shape.length - 1 - axis);
    padding[place] = from - start[n]!;
    padding[place + 1] = start[n]! + size[n]! - to;
  }
  return padding.some((count) => count > 0) ? ops.constantPadNd(data, padding) : data;
}

/**
 * Start of a box of `size` in the middle of a grid of `length` voxels. A box larger than the grid starts at a
 * negative index, so that cropping to `size` and then back to `length` gives the same voxels.
 */
export const centredStart = (length: number, size: number): number =>
  size > length ? 0 - Math.floor((size - length) / 2) : Math.floor((length - size) / 2);

const arrayAxes = (image: MedicalImage, axes: readonly number[]): number[] => {
  const places = spatialAxes(image.format);
  return axes.map((axis) => places[axis]!);
};
