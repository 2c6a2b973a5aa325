import type { Tensor } from "@tomo/torch";
import { type ShapeFormat, shapeFormats } from "./shape_format.ts";

/** 4×4 row-major matrix that maps array indices (i, j, k, 1) to RAS+ millimetres. */
export type Affine = readonly number[];

/** What an image knows about itself besides its voxels. Every spatial transform updates `affine` (or `affines`). */
export interface ImageProperties {
  readonly affine?: Affine;
  /** One affine an entry of the batch axis, for patches cut from different places; there is no `affine` then. */
  readonly affines?: readonly Affine[];
  /** Spatial size as the loader gave it (after as_closest_canonical), in voxels. */
  readonly originalShape?: readonly number[];
  /** Affine as the loader gave it: together with `originalShape` the grid that predictions are brought back to. */
  readonly originalAffine?: Affine;
  /** Affine as stored in the file, where the loader reoriented the array (as_closest_canonical). */
  readonly fileAffine?: Affine;
  /** File the voxels came from; for a list of files the first. */
  readonly fileName?: string;
}

/** An array with its layout and geometry. Immutable: transforms make new ones and never write into `data`. */
export interface MedicalImage {
  readonly data: Tensor;
  readonly format: ShapeFormat;
  readonly properties: ImageProperties;
}

/** Checks that the format has one letter an axis. */
export function medicalImage(
  data: Tensor,
  format: ShapeFormat,
  properties: ImageProperties = {},
): MedicalImage {
  if (!shapeFormats.includes(format) || format.length !== data.shape.length)
    throw new RangeError(`format ${format} does not fit an array of shape [${data.shape.join(", ")}]`);
  return { data, format, properties };
}

/** The same geometry around new voxels. */
export const withData = (image: MedicalImage, data: Tensor, format: ShapeFormat = image.format) =>
  medicalImage(data, format, image.properties);

export const withProperties = (image: MedicalImage, properties: Partial<ImageProperties>): MedicalImage => ({
  ...image,
  properties: { ...image.properties, ...properties },
});
