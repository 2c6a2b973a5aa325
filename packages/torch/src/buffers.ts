import { endianness } from "node:os";
import { type DType, dtypeCode } from "./dtype.ts";
import { engine, type Handle } from "./engine.ts";
import { Tensor } from "./tensor.ts";

/** Plain memory: a typed array, or a contiguous tensor on the CPU. */
export type Memory = NodeJS.TypedArray | Tensor;

const plain = (memory: Memory): NodeJS.TypedArray | Handle =>
  memory instanceof Tensor ? memory.handle : memory;

/**
 * Reads an open file from `position` on until the memory is full or the file ends.
 * @returns bytes read, or the number of the system's error as a negative number
 */
export const readInto = (memory: Memory, descriptor: number, position: number): number =>
  engine().readFile(descriptor, position, plain(memory));

/** A stored block is not longer, so of output that was too small all but so many bytes are right. */
export const longestBlock = 65_535;

/**
 * Unpacks gzip (all members; zeros behind them are padding) or zlib data and verifies the checksums.
 * @returns bytes written; "damaged" for data that is damaged or cut; "too long" for more than the output holds, and
 *   then all but its last `longestBlock` bytes are right
 */
export function inflate(
  packed: Memory,
  output: Memory,
  format: "gzip" | "zlib",
): number | "damaged" | "too long" {
  const written = engine().inflate(plain(packed), plain(output), format);
  return written >= 0 ? written : written === -1 ? "damaged" : "too long";
}

/** How numbers lie in memory, and what they mean. */
export interface NumberLayout {
  /** Of the first number; it need not be aligned. */
  readonly byteOffset?: number;
  readonly dtype: DType | "uint64";
  readonly littleEndian?: boolean;
  /** value = stored · slope + inter, computed in float64 and rounded once. */
  readonly slope?: number;
  readonly inter?: number;
  /** "F": the first index of the shape runs fastest; "C": the last. */
  readonly order?: "C" | "F";
}

const littleHost = endianness() === "LE";

/** c10::ScalarType UInt64, of which there are no tensors here. */
const uint64 = 29;

/** Numbers in memory as a contiguous float32 tensor. */
export function floatsFrom(
  memory: Memory,
  { byteOffset = 0, dtype, littleEndian = littleHost, slope = 1, inter = 0, order = "C" }: NumberLayout,
  shape: readonly number[],
): Tensor {
  const code = dtype === "uint64" ? uint64 : dtypeCode(dtype);
  const swapped = littleEndian !== littleHost;
  return new Tensor(
    engine().floatsFrom(plain(memory), byteOffset, code, swapped, slope, inter, shape, order === "F"),
  );
}

/** Rows of PNG data: each a byte that names its filter, then `rowBytes` bytes. */
export interface FilteredRows {
  readonly byteOffset: number;
  readonly rows: number;
  readonly rowBytes: number;
  /** Distance to the same sample of the pixel to the left; 1 where pixels are smaller than a byte. */
  readonly pixelBytes: 1 | 2 | 3 | 4 | 6 | 8;
}

/**
 * Undoes the scanline filters (PNG 3rd edition, 9.2) in place; afterwards the rows lie one after another from
 * `byteOffset` on, without their filter bytes.
 * @returns null, or the first filter type that PNG does not define
 */
export const unfilterPng = (
  memory: Memory,
  { byteOffset, rows, rowBytes, pixelBytes }: FilteredRows,
): number | null => engine().unfilterPng(plain(memory), byteOffset, rows, rowBytes, pixelBytes);
