import { ops, scope, type Tensor } from "@tomo/torch";
import { identityAffine } from "../../data/affine.ts";
import { channelsFirst } from "../../data/channels_first.ts";
import { fromFileOrder, toFileOrder } from "../../data/file_order.ts";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import { closestCanonical } from "../../data/orientation.ts";
import {
  channelAxis,
  type ShapeFormat,
  spatialAxes,
  spatialRank,
  spatialSize,
} from "../../data/shape_format.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { VoxelArray } from "../../io/nifti/datatypes.ts";
import { type NiftiImage, readNifti, readNiftiHeader } from "../../io/nifti/read.ts";
import { toFloat32 } from "../../io/nifti/voxels.ts";
import { type NiftiToWrite, writeNifti } from "../../io/nifti/write.ts";
import type { ImageFacts } from "../effects/facts.ts";

export interface NiftiOptions {
  readonly as_closest_canonical: boolean;
  readonly nii_is_channels_first: boolean;
}

/** A NIfTI file as a float32 image with its geometry. @throws TomoError as `readNifti`, and TOMO_IMAGE_UNFIT */
export function readNiftiImage(
  path: string,
  options: NiftiOptions,
  warn: (message: string) => void,
): MedicalImage {
  const file = readNifti(path);
  for (const warning of file.warnings) warn(`${path}: ${warning}`);
  const { shape, format } = layoutOf(file, path, options.nii_is_channels_first);
  const { affine } = file;
  const originalShape = spatialSize(shape, format);
  const geometry = { affine, originalShape, originalAffine: affine, fileName: path };
  const reorient = options.as_closest_canonical && spatialRank(format) === 3;
  return scope(() => {
    const image = medicalImage(scaledTensor(file, shape), format, geometry);
    return reorient ? canonical(image) : image;
  });
}

/** Layout, channels and size of the image that `readNiftiImage` would give, from the header alone. @throws as it */
export function niftiFacts(path: string, options: NiftiOptions): Partial<ImageFacts> {
  const header = readNiftiHeader(path);
  const { shape, format } = layoutOf(header, path, options.nii_is_channels_first);
  const size = spatialSize(shape, format);
  const turned = options.as_closest_canonical && size.length === 3;
  const { order } = turned ? closestCanonical(header.affine, size) : { order: [0, 1, 2] };
  return {
    formats: [format],
    channels: shape[channelAxis(format)] ?? 1,
    levels: levelsIn(header),
    size: size.map((_, axis) => size[order[axis]!]!),
  };
}

/** What its element type says of a file's values. */
function levelsIn({
  dtype,
  slope,
  inter,
}: Pick<NiftiImage, "dtype" | "slope" | "inter">): ImageFacts["levels"] {
  const bits = { int8: 8, uint8: 8, int16: 16, uint16: 16 }[dtype as string];
  return bits === undefined ? null : { count: 2 ** bits, whole: slope === 1 && Number.isInteger(inter) };
}

/** Intensities as float32; scaling is computed in float64 and rounded once. */
function scaledTensor({ data, dtype, slope, inter }: NiftiImage, shape: readonly number[]): Tensor {
  const plain = slope === 1 && inter === 0 && /^(u?int8|int16|int32|float32)$/.test(dtype);
  return fromFileOrder(plain ? (data as NodeJS.TypedArray) : toFloat32(data, slope, inter), shape, "float32");
}

/** What the axes of a file mean, without those of length 1 behind the third. */
function layoutOf(
  { shape, channels }: Pick<NiftiImage, "shape" | "channels">,
  path: string,
  channelsFirst: boolean,
): { shape: number[]; format: ShapeFormat } {
  const colours = channels > 1 ? [channels] : [];
  const plain = channels > 1 ? shape.slice(0, -1) : shape;
  if (plain.length === 1) throw oddAxes(path, shape, "has one axis", "at least two axes");
  if (plain.length === 2)
    return { shape: [...plain, ...colours], format: colours.length === 0 ? "HW" : "HWC" };
  const spatial = channelsFirst && plain.length > 3 ? 4 : 3;
  const others = [...plain.slice(spatial).filter((length) => length > 1), ...colours];
  if (others.length > 4 - spatial)
    throw oddAxes(
      path,
      shape,
      "has too many axes",
      "three spatial axes and at most one longer than 1 for channels",
    );
  const format = spatial === 4 ? "CDHW" : others.length === 1 ? "DHWC" : "DHW";
  return { shape: [...plain.slice(0, spatial), ...others], format };
}

const oddAxes = (path: string, shape: readonly number[], what: string, expected: string): TomoError =>
  new TomoError("TOMO_IMAGE_UNFIT", `${path} ${what}`, {
    where: { file: path },
    given: `[${shape.join(", ")}]`,
    expected,
  });

/** Permutes and reverses the spatial axes to the orientation closest to RAS+. */
function canonical(image: MedicalImage): MedicalImage {
  const { data, format, properties } = image;
  const fileAffine = properties.affine!;
  const { order, flip, affine } = closestCanonical(fileAffine, properties.originalShape!);
  const axes = spatialAxes(format);
  const places = data.shape.map((_, axis) => {
    const n = axes.indexOf(axis);
    return n < 0 ? axis : axes[order[n]!]!;
  });
  const reversed = axes.filter((_, n) => flip[n]);
  const turned = ops.permute(data, places);
  const voxels = ops.contiguous(reversed.length === 0 ? turned : ops.flip(turned, reversed));
  const originalShape = spatialSize(voxels.shape, format);
  return medicalImage(voxels, format, {
    ...properties,
    affine,
    originalShape,
    originalAffine: affine,
    fileAffine,
  });
}

/** Writes one image, channels as the fourth axis (a single channel without); the identity stands for no affine. */
export function writeNiftiImage(path: string, image: MedicalImage): void {
  const channels = channelsFirst(image);
  const data = channels.shape[0] === 1 ? ops.select(channels, 0, 0) : ops.movedim(channels, [0], [-1]);
  const file: NiftiToWrite = {
    shape: data.shape,
    data: toFileOrder(writable(data)) as VoxelArray,
    affine: image.properties.affine ?? identityAffine,
  };
  writeNifti(path, file);
}

/** NIfTI knows neither booleans nor 16-bit floats. */
const writable = (data: Tensor): Tensor =>
  data.dtype === "bool"
    ? ops.toDtype(data, "uint8")
    : /float16$/.test(data.dtype)
      ? ops.toDtype(data, "float32")
      : data;
