import { endianness } from "node:os";
import { type VoxelArray, type VoxelType, voxelTypeOfArray, voxelTypes } from "./datatypes.ts";

const littleHost = endianness() === "LE";
/** Buffer views are limited to 4 GiB; a multiple of every voxel size. */
const swapPiece = 2 ** 30;

/** Typed view of stored voxels, brought to the byte order of this machine in place. `byteOffset` must be aligned. */
export function viewVoxels(
  buffer: ArrayBuffer,
  byteOffset: number,
  byteLength: number,
  dtype: VoxelType,
  littleEndian: boolean,
): VoxelArray {
  const { bytes, array } = voxelTypes[dtype];
  if (littleEndian !== littleHost) swapBytes(buffer, byteOffset, byteLength, bytes);
  return new array(buffer, byteOffset, byteLength / bytes);
}

/** The bytes of voxels in little-endian order: a view where that is what memory holds, else a copy. */
export function littleEndianBytes(data: VoxelArray): Uint8Array<ArrayBuffer>[] {
  const bytes = littleHost ? data : data.slice();
  if (!littleHost) swapBytes(bytes.buffer, bytes.byteOffset, bytes.byteLength, data.BYTES_PER_ELEMENT);
  const pieces = [];
  for (let start = 0; start < bytes.byteLength; start += swapPiece)
    pieces.push(
      new Uint8Array(bytes.buffer, bytes.byteOffset + start, Math.min(swapPiece, bytes.byteLength - start)),
    );
  return pieces;
}

function swapBytes(buffer: ArrayBuffer, byteOffset: number, byteLength: number, width: number): void {
  for (let start = 0; start < byteLength; start += swapPiece) {
    const piece = Buffer.from(buffer, byteOffset + start, Math.min(swapPiece, byteLength - start));
    if (width === 2) piece.swap16();
    else if (width === 4) piece.swap32();
    else if (width === 8) piece.swap64();
  }
}

/**
 * Intensities `stored · slope + inter` as float32, computed in float64 and rounded once. Without scaling a
 * Float32Array is returned as it is, not copied.
 */
export function toFloat32(data: VoxelArray, slope = 1, inter = 0): Float32Array<ArrayBuffer> {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    return scaled(toFloat64(data), slope, inter);
  if (slope !== 1 || inter !== 0) return scaled(data, slope, inter);
  return data instanceof Float32Array ? data : new Float32Array(data);
}

function scaled(data: ArrayLike<number>, slope: number, inter: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(data.length);
  for (let n = 0; n < result.length; n++) result[n] = data[n]! * slope + inter;
  return result;
}

/** Nearest doubles, from the two halves of each integer: some ten times as fast as Number(bigint). */
function toFloat64(data: BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>): Float64Array {
  const halves = new Uint32Array(data.buffer, data.byteOffset, 2 * data.length);
  const signed = data instanceof BigInt64Array;
  const [low, high] = littleHost ? [0, 1] : [1, 0];
  const result = new Float64Array(data.length);
  for (let n = 0; n < result.length; n++) {
    const upper = halves[2 * n + high]!;
    result[n] = (signed ? upper | 0 : upper) * 2 ** 32 + halves[2 * n + low]!;
  }
  return result;
}

/** Largest and smallest value of each integer type. */
const ranges: Partial<Record<VoxelType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/**
 * The same values in another type. To integers they are rounded to the nearest (halves up) and clamped to the range
 * of the type; NaN becomes 0.
 */
export function castVoxels(data: VoxelArray, dtype: VoxelType): VoxelArray {
  if (voxelTypeOfArray(data) === dtype) return data;
  const source = data instanceof BigInt64Array || data instanceof BigUint64Array ? toFloat64(data) : data;
  if (dtype === "int64" || dtype === "uint64") return castToBig(source, dtype);
  const range = ranges[dtype];
  const result = new voxelTypes[dtype].array(source.length);
  if (range === undefined) result.set(source);
  else {
    const [low, high] = range;
    for (let n = 0; n < result.length; n++)
      result[n] = Math.min(high, Math.max(low, Math.floor(source[n]! + 0.5) || 0));
  }
  return result;
}

function castToBig(source: ArrayLike<number>, dtype: "int64" | "uint64"): VoxelArray {
  const bits = dtype === "int64" ? 63n : 64n;
  const [low, high] = [dtype === "int64" ? -(1n << 63n) : 0n, (1n << bits) - 1n];
  const result = new voxelTypes[dtype].array(source.length);
  for (let n = 0; n < result.length; n++) {
    const rounded = Math.floor(source[n]! + 0.5) || 0;
    const integer = Number.isFinite(rounded) ? BigInt(rounded) : rounded > 0 ? high : low;
    result[n] = integer < low ? low : integer > high ? high : integer;
  }
  return result;
}
