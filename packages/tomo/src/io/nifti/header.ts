import { resolve } from "node:path";
import { type Point, spacingOf } from "../../data/affine.ts";
import type { Affine } from "../../data/medical_image.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { truncated } from "../read_file.ts";
import { type ChosenAffine, chooseAffine, voxelSize } from "./affine_forms.ts";
import { colourChannels, refusedTypes, type VoxelType, voxelTypeOfCode, voxelTypes } from "./datatypes.ts";
import { type Field, type HeaderLayout, nifti1, nifti2, readField } from "./layout.ts";

/** What a NIfTI header says, checked, with the usual mends applied. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** The voxels are in a second file, .img. */
  readonly pair: boolean;
  /** Voxels along each array axis; colours add a last axis of 3 or 4 channels. */
  readonly shape: readonly number[];
  readonly dtype: VoxelType;
  /** 3 or 4 where a voxel is a colour, else 1. */
  readonly channels: 1 | 3 | 4;
  /** Byte at which the voxels begin, extensions skipped. */
  readonly voxOffset: number;
  /** value = stored · slope + inter; 1 and 0 where the file has no scaling. */
  readonly slope: number;
  readonly inter: number;
  /** Array index to RAS+ mm; see `affineSource` for the form it was taken from. */
  readonly affine: Affine;
  readonly affineSource: ChosenAffine["source"];
  /** mm a voxel along the first three axes, from the affine. */
  readonly spacing: Point;
  /** pixdim[1..] of each axis as the header has it: mm, then seconds or nothing. */
  readonly pixdim: readonly number[];
  readonly sformCode: number;
  readonly qformCode: number;
  readonly intentCode: number;
  readonly description: string;
  /** Oddities that were mended, each a clause for the log. */
  readonly warnings: readonly string[];
}

/** Enough bytes for either version. */
export const headerBytes = nifti2.size;

/**
 * Reads and checks a header.
 * @param bytes At least the header, uncompressed; fewer is an error.
 * @throws TomoError TOMO_NOT_NIFTI, TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED, TOMO_NIFTI_UNSUPPORTED
 */
export function parseHeader(bytes: Uint8Array, path: string): NiftiHeader {
  const { layout, little, pair } = recognise(bytes, path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = (field: Field, index = 0) => readField(view, field, little, index);
  const numbers = (field: Field, count: number, first = 0) =>
    Array.from({ length: count }, (_, index) => number(field, first + index));

  const rank = number(layout.dim);
  const shape = checkedShape(rank, rank >= 1 && rank <= 7 ? numbers(layout.dim, rank, 1) : [], path);
  const { dtype, channels } = checkedType(number(layout.datatype), path);
  const chosen = chooseAffine({
    sformCode: number(layout.sformCode),
    sform: numbers(layout.sform, 12),
    qformCode: number(layout.qformCode),
    qform: numbers(layout.qform, 6),
    pixdim: numbers(layout.pixdim, 4),
    shape,
  });
  return {
    version: layout === nifti1 ? 1 : 2,
    littleEndian: little,
    pair,
    shape: channels === 1 ? shape : [...shape, channels],
    dtype,
    channels,
    voxOffset: checkedOffset(number(layout.voxOffset), pair ? 0 : layout.dataStart, path),
    ...scaling(number(layout.slope), number(layout.inter), channels, path),
    affine: chosen.affine,
    affineSource: chosen.source,
    spacing: spacingOf(chosen.affine),
    pixdim: numbers(layout.pixdim, rank, 1),
    sformCode: number(layout.sformCode),
    qformCode: number(layout.qformCode),
    intentCode: number(layout.intentCode),
    description: textOf(bytes.subarray(layout.description, layout.description + 80)),
    warnings: [
      ...chosen.warnings,
      ...unitWarning(number(layout.units)),
      ...sizeWarning(numbers(layout.pixdim, 3, 1)),
    ],
  };
}

/** Bytes of the voxels. */
export const voxelBytes = (header: NiftiHeader): number =>
  header.shape.reduce((product, size) => product * size, voxelTypes[header.dtype].bytes);

function recognise(
  bytes: Uint8Array,
  path: string,
): { layout: HeaderLayout; little: boolean; pair: boolean } {
  if (bytes.length === 0) throw fault("TOMO_NOT_NIFTI", "is empty", path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = bytes.length < 4 ? [] : [view.getInt32(0, true), view.getInt32(0, false)];
  for (const layout of [nifti1, nifti2]) {
    const order = sizes.indexOf(layout.size);
    if (order === -1) continue;
    if (bytes.length < layout.size) throw truncated(path, layout.size, bytes.length);
    const { offset, single, pair } = layout.magic;
    const magic = Buffer.from(bytes.buffer, bytes.byteOffset + offset, single.length).toString("latin1");
    if (magic === single || magic === pair) return { layout, little: order === 0, pair: magic === pair };
    if (layout === nifti1 && /^\0{4}$/.test(magic))
      throw fault("TOMO_NOT_NIFTI", "is Analyze 7.5, which does not say left from right", path, {
        hint: "convert it to NIfTI with a tool that knows where it came from",
      });
  }
  throw fault("TOMO_NOT_NIFTI", "is not NIfTI-1 or NIfTI-2", path, {
    given: `first bytes ${Buffer.from(bytes.subarray(0, 8)).toString("hex")}`,
    expected: "a header size of 348 or 540 and the magic n+1, ni1, n+2 or ni2",
  });
}

function checkedShape(rank: number, shape: readonly number[], path: string): readonly number[] {
  if (shape.length === 0)
    throw fault("TOMO_FILE_DAMAGED", "states an impossible number of axes", path, {
      given: `${rank}`,
      expected: "1 to 7",
    });
  const voxels = shape.reduce((product, size) => product * size, 1);
  if (!shape.every((size) => size >= 1) || !(voxels <= 2 ** 48))
    throw fault("TOMO_FILE_DAMAGED", "states an impossible shape", path, { given: `[${shape.join(", ")}]` });
  return shape;
}

function checkedType(code: number, path: string): { dtype: VoxelType; channels: 1 | 3 | 4 } {
  const channels = colourChannels[code];
  if (channels !== undefined) return { dtype: "uint8", channels };
  const dtype = voxelTypeOfCode(code);
  if (dtype !== null) return { dtype, channels: 1 };
  const refused = refusedTypes[code];
  if (refused === undefined)
    throw fault("TOMO_FILE_DAMAGED", `has voxels of type ${code}, which NIfTI does not define`, path);
  throw fault("TOMO_NIFTI_UNSUPPORTED", `has ${refused[0]} voxels: ${refused[1]}`, path, {
    expected: Object.keys(voxelTypes).join(", "),
  });
}

function checkedOffset(offset: number, least: number, path: string): number {
  // zero means "right after the header"
  if (offset === 0) return least;
  if (Number.isInteger(offset) && offset >= least) return offset;
  throw fault("TOMO_FILE_DAMAGED", "states an impossible position of its voxels", path, {
    given: `vox_offset ${offset}`,
    expected: `an integer of at least ${least}`,
  });
}

/** A slope of zero or NaN means none, and then the intercept does not count. Colours are never scaled. */
function scaling(
  slope: number,
  inter: number,
  channels: number,
  path: string,
): { slope: number; inter: number } {
  if (channels !== 1 || slope === 0 || !Number.isFinite(slope)) return { slope: 1, inter: 0 };
  if (!Number.isFinite(inter))
    throw fault("TOMO_FILE_DAMAGED", "has a valid slope with an invalid intercept", path, {
      given: `slope ${slope}, intercept ${inter}`,
    });
  return { slope, inter };
}

/** Like nibabel, Tomo takes the numbers as mm whatever unit the header names. */
function unitWarning(units: number): string[] {
  const name = { 1: "metres", 3: "micrometres" }[units & 7];
  return name === undefined ? [] : [`the header says ${name}; its numbers are taken as millimetres`];
}

const sizeWarning = (sizes: readonly number[]): string[] =>
  sizes.some((size) => size !== voxelSize(size))
    ? [`the voxel sizes ${sizes.join(", ")} are not all positive`]
    : [];

const textOf = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString("latin1");
};

type FaultCode = "TOMO_NOT_NIFTI" | "TOMO_FILE_DAMAGED" | "TOMO_NIFTI_UNSUPPORTED";

const fault = (
  code: FaultCode,
  what: string,
  path: string,
  details: { given?: string; expected?: string; hint?: string } = {},
): TomoError => new TomoError(code, `${path} ${what}`, { where: { file: resolve(path) }, ...details });
