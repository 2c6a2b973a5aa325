import { ops, scope, type Tensor } from "@tomo/torch";
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
  const data = liesInside(image, start, size)
    ? ops.contiguous(part(image.data, spatialAxes(image.format), start, size))
    : ops.select(boxesOf(image, [start], size), 0, 0);
  return withGeometry(image, data, (affine) => affineAfterCrop(affine, start));
}

/**
 * Boxes of one size as `cropImage` takes them, stacked along a new first axis. Boxes that leave the image are written
 * into zeros: up to twice as fast as stacking padded copies.
 */
export function boxesOf(
  image: MedicalImage,
  starts: readonly (readonly number[])[],
  size: readonly number[],
): Tensor {
  const { data, format } = image;
  const axes = spatialAxes(format);
  return scope(() => {
    if (starts.every((start) => liesInside(image, start, size)))
      return ops.stack(starts.map((start) => part(data, axes, start, size)));
    const shape = data.shape.map((length, axis) => size[axes.indexOf(axis)] ?? length);
    const boxes = ops.zeros([starts.length, ...shape], { dtype: data.dtype, device: data.device });
    for (const [n, start] of starts.entries()) {
      const { from, to, lengths } = overlapOf(image, start, size);
      ops.copy_(part(ops.select(boxes, 0, n), axes, to, lengths), part(data, axes, from, lengths));
    }
    return boxes;
  });
}

const liesInside = (image: MedicalImage, start: readonly number[], size: readonly number[]): boolean =>
  sizeOf(image).every((length, n) => start[n]! >= 0 && start[n]! + size[n]! <= length);

/** What a box and an image have in common: its first voxel in the image and in the box, and its size. */
function overlapOf(image: MedicalImage, start: readonly number[], size: readonly number[]) {
  const from = start.map((first) => Math.max(0, first));
  const lengths = sizeOf(image).map((length, n) => Math.min(length, start[n]! + size[n]!) - from[n]!);
  if (lengths.some((length) => length <= 0))
    throw new RangeError(`the box [${start.join(", ")}] + [${size.join(", ")}] lies outside the image`);
  return { from, to: from.map((first, n) => first - start[n]!), lengths };
}

/** A view of `lengths` voxels from `first` on along the given axes. */
const part = (
  data: Tensor,
  axes: readonly number[],
  first: readonly number[],
  lengths: readonly number[],
): Tensor =>
  axes.reduce(
    (view, axis, n) =>
      lengths[n] === view.shape[axis] ? view : ops.narrow(view, axis, first[n]!, lengths[n]!),
    data,
  );

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
