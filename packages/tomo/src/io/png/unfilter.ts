import { paethTable } from "./paeth_table.ts";
import { averageWords, paethBytes, paethPair, paethWords, subWords } from "./unfilter_grey.ts";

/**
 * Undoes the scanline filters in place (PNG 3rd edition, 9.2). A row is one byte that names its filter, then
 * `rowBytes` bytes; the filter bytes stay where they are.
 * @param start Position of the first filter byte.
 * @param pixelBytes Distance to the same sample of the pixel to the left; 1 where pixels are smaller than a byte.
 * @returns null, or the first filter type that PNG does not define
 */
export function unfilter(
  bytes: Uint8Array,
  start: number,
  rows: number,
  rowBytes: number,
  pixelBytes: number,
): number | null {
  const stride = rowBytes + 1;
  const inner = pixelBytes === 1 ? ofBytes : pixelBytes === 2 ? ofWords : ofPixels;
  for (let row = 0; row < rows; row++) {
    const from = start + row * stride + 1;
    const to = from + rowBytes;
    const filter = bytes[from - 1]!;
    const undo = (row === 0 ? ofFirstRow : inner)[filter];
    if (undo === undefined) return filter;
    if (undo === paethBytes && row + 1 < rows && bytes[to] === 4) {
      paethPair(bytes, from, to, stride);
      row++;
    } else undo(bytes, from, to, stride, pixelBytes);
  }
  return null;
}

/** Undoes one row [from, to) whose upper neighbour lies `stride` bytes before. */
type RowFilter = (bytes: Uint8Array, from: number, to: number, stride: number, pixelBytes: number) => void;

const none: RowFilter = () => {};

const sub: RowFilter = (bytes, from, to, _, pixelBytes) => {
  for (let n = from + pixelBytes; n < to; n++) bytes[n]! += bytes[n - pixelBytes]!;
};

const up: RowFilter = (bytes, from, to, stride) => {
  for (let n = from; n < to; n++) bytes[n]! += bytes[n - stride]!;
};

const average: RowFilter = (bytes, from, to, stride, pixelBytes) => {
  const second = Math.min(from + pixelBytes, to);
  for (let n = from; n < second; n++) bytes[n]! += bytes[n - stride]! >> 1;
  for (let n = second; n < to; n++) bytes[n]! += (bytes[n - pixelBytes]! + bytes[n - stride]!) >> 1;
};

const paeth: RowFilter = (bytes, from, to, stride, pixelBytes) => {
  const { table, middle } = paethTable();
  const second = Math.min(from + pixelBytes, to);
  for (let n = from; n < second; n++) bytes[n]! += bytes[n - stride]!;
  for (let n = second; n < to; n++) {
    const corner = bytes[n - stride - pixelBytes]!;
    const index = ((bytes[n - stride]! - corner) << 9) - corner + bytes[n - pixelBytes]! + middle;
    bytes[n]! += corner + table[index]!;
  }
};

const averageOfFirstRow: RowFilter = (bytes, from, to, _, pixelBytes) => {
  for (let n = from + pixelBytes; n < to; n++) bytes[n]! += bytes[n - pixelBytes]! >> 1;
};

// by filter type; above the first row lie zeros, so that Paeth predicts the pixel to the left
const ofFirstRow: readonly RowFilter[] = [none, sub, none, averageOfFirstRow, sub];
const ofBytes: readonly RowFilter[] = [none, sub, up, average, paethBytes];
const ofWords: readonly RowFilter[] = [none, subWords, up, averageWords, paethWords];
const ofPixels: readonly RowFilter[] = [none, sub, up, average, paeth];
