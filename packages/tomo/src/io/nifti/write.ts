import { constants } from "node:buffer";
import { resolve } from "node:path";
import { originOf, spacingOf } from "../../data/affine.ts";
import type { Affine } from "../../data/medical_image.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { type AtomicOptions, writeFileAtomic } from "../atomic_file.ts";
import { gzip } from "../gzip.ts";
import { qformOf } from "./affine_forms.ts";
import { type VoxelArray, type VoxelType, voxelTypeOfArray, voxelTypes } from "./datatypes.ts";
import { type HeaderLayout, nifti1, nifti2, writeField } from "./layout.ts";
import { castVoxels, littleEndianBytes } from "./voxels.ts";

export interface NiftiToWrite {
  /** Voxels along each of 1 to 7 axes. */
  readonly shape: readonly number[];
  /** In file order: the first index of `shape` runs fastest. */
  readonly data: VoxelArray;
  /** Array index to RAS+ mm, 16 numbers row-major. */
  readonly affine: Affine;
  /** Type on disk; the type of `data` when left out. Integers are rounded and clamped. */
  readonly dtype?: VoxelType;
  /** At most 79 characters of Latin-1. */
  readonly description?: string;
  /** What the affine means: 1 scanner, 2 aligned to another image (as a prediction is to its input), 3 Talairach, 4 MNI. */
  readonly formCode?: 1 | 2 | 3 | 4;
}

const largestBuffer = Math.min(constants.MAX_LENGTH, 2 ** 32 - 1);

/**
 * Writes .nii or, when the name says so, .nii.gz (one gzip member), atomically. NIfTI-1, or NIfTI-2 when an axis is
 * longer than 32,767. The affine goes into the sform, and into the qform too when it has no shear.
 * @throws TomoError TOMO_WRITE_FAILED; RangeError when the arguments contradict each other
 */
export function writeNifti(path: string, image: NiftiToWrite, options: AtomicOptions = {}): void {
  const packed = /\.nii\.gz$/i.test(path);
  if (!packed && !/\.nii$/i.test(path))
    throw new RangeError(`a NIfTI file is named .nii or .nii.gz, not ${path}`);
  checkArguments(image);
  const dtype = image.dtype ?? voxelTypeOfArray(image.data);
  const chunks = [encodeHeader(image, dtype), ...littleEndianBytes(castVoxels(image.data, dtype))];
  writeFileAtomic(path, packed ? pack(path, chunks) : chunks, options);
}

function pack(path: string, chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  if (bytes > largestBuffer)
    throw new TomoError("TOMO_WRITE_FAILED", `${path} holds ${bytes} bytes, too many to compress at once`, {
      where: { file: resolve(path) },
      expected: `at most ${largestBuffer} bytes`,
      hint: "write it uncompressed, as .nii",
    });
  return gzip(Buffer.concat(chunks));
}

function checkArguments({ shape, data, affine }: NiftiToWrite): void {
  if (shape.length < 1 || shape.length > 7 || !shape.every((size) => Number.isSafeInteger(size) && size >= 1))
    throw new RangeError(`NIfTI takes 1 to 7 axes of at least one voxel, got [${shape.join(", ")}]`);
  const voxels = shape.reduce((product, size) => product * size, 1);
  if (data.length !== voxels)
    throw new RangeError(`shape [${shape.join(", ")}] does not hold ${data.length} voxels`);
  if (affine.length !== 16 || !affine.every(Number.isFinite))
    throw new RangeError(`affine must be 16 finite numbers, got [${affine.join(", ")}]`);
}

/** Header and the four bytes that say "no extensions". */
function encodeHeader(image: NiftiToWrite, dtype: VoxelType): Uint8Array {
  const { shape, affine, formCode = 1 } = image;
  const layout = shape.some((size) => size > 32767) ? nifti2 : nifti1;
  const bytes = new Uint8Array(layout.dataStart);
  const view = new DataView(bytes.buffer);
  const qform = qformOf(affine);
  const spacing = spacingOf(affine).map((size) => size || 1);
  const sizes = shape.map((_, axis) => spacing[axis] ?? 1);

  view.setInt32(0, layout.size, true);
  bytes.set(Buffer.from(layout.magic.single, "latin1"), layout.magic.offset);
  writeField(view, layout.dim, [shape.length, ...shape, ...filler(7 - shape.length)]);
  writeField(view, layout.datatype, [voxelTypes[dtype].code]);
  writeField(view, layout.bitpix, [8 * voxelTypes[dtype].bytes]);
  writeField(view, layout.pixdim, [
    qform?.qfac ?? 1,
    ...sizes,
    ...filler(7 - shape.length, spacing.slice(shape.length)),
  ]);
  writeField(view, layout.voxOffset, [layout.dataStart]);
  writeField(view, layout.slope, [1]);
  writeField(view, layout.units, [2]); // mm
  writeField(view, layout.sformCode, [formCode]);
  writeField(view, layout.sform, affine.slice(0, 12));
  writeField(view, layout.qformCode, [qform === null ? 0 : formCode]);
  if (qform !== null) writeField(view, layout.qform, [...qform.quaternion, ...originOf(affine)]);
  writeDescription(bytes, layout, image.description ?? "Tomo");
  return bytes;
}

/** Ones for the axes that an image does not have, or their voxel sizes as far as the affine knows them. */
const filler = (count: number, values: readonly number[] = []): number[] =>
  Array.from({ length: count }, (_, n) => values[n] ?? 1);

const writeDescription = (bytes: Uint8Array, layout: HeaderLayout, text: string): void =>
  bytes.set(Buffer.from(text, "latin1").subarray(0, 79), layout.description);
