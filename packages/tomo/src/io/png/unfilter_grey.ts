import { paethTable } from "./paeth_table.ts";

// Filters of unfilter.ts for pixels of one and two bytes: what the next pixel needs stays in registers.

/** Paeth, one byte a pixel. */
export function paethBytes(bytes: Uint8Array, from: number, to: number, stride: number): void {
  const { table, middle } = paethTable();
  let left = 0;
  let corner = 0;
  for (let n = from; n < to; n++) {
    const above = bytes[n - stride]!;
    left = (bytes[n]! + corner + table[((above - corner) << 9) - corner + left + middle]!) & 255;
    bytes[n] = left;
    corner = above;
  }
}

/**
 * `paethBytes` of a row and the next, the second one pixel behind the first: a pixel must wait for the one to its
 * left, so two independent chains keep the processor busy.
 */
export function paethPair(bytes: Uint8Array, from: number, to: number, stride: number): void {
  const { table, middle } = paethTable();
  const behind = stride - 1;
  let corner = bytes[from - stride]!;
  let left = (bytes[from]! + corner) & 255;
  bytes[from] = left;
  let cornerBelow = 0;
  let leftBelow = 0;
  for (let n = from + 1; n < to; n++) {
    const aboveBelow = left;
    const above = bytes[n - stride]!;
    left = (bytes[n]! + corner + table[((above - corner) << 9) - corner + left + middle]!) & 255;
    bytes[n] = left;
    corner = above;
    const index = ((aboveBelow - cornerBelow) << 9) - cornerBelow + leftBelow + middle;
    leftBelow = (bytes[n + behind]! + cornerBelow + table[index]!) & 255;
    bytes[n + behind] = leftBelow;
    cornerBelow = aboveBelow;
  }
  const index = ((left - cornerBelow) << 9) - cornerBelow + leftBelow + middle;
  bytes[to + behind]! += cornerBelow + table[index]!;
}

/** Sub, two bytes a pixel. */
export function subWords(bytes: Uint8Array, from: number, to: number): void {
  let high = 0;
  let low = 0;
  for (let n = from; n < to; n += 2) {
    high = (bytes[n]! + high) & 255;
    low = (bytes[n + 1]! + low) & 255;
    bytes[n] = high;
    bytes[n + 1] = low;
  }
}

/** Average, two bytes a pixel. */
export function averageWords(bytes: Uint8Array, from: number, to: number, stride: number): void {
  let high = 0;
  let low = 0;
  for (let n = from; n < to; n += 2) {
    high = (bytes[n]! + ((high + bytes[n - stride]!) >> 1)) & 255;
    low = (bytes[n + 1]! + ((low + bytes[n + 1 - stride]!) >> 1)) & 255;
    bytes[n] = high;
    bytes[n + 1] = low;
  }
}

/** Paeth, two bytes a pixel. */
export function paethWords(bytes: Uint8Array, from: number, to: number, stride: number): void {
  const { table, middle } = paethTable();
  let high = 0;
  let low = 0;
  let highCorner = 0;
  let lowCorner = 0;
  for (let n = from; n < to; n += 2) {
    const highAbove = bytes[n - stride]!;
    const lowAbove = bytes[n + 1 - stride]!;
    const highIndex = ((highAbove - highCorner) << 9) - highCorner + high + middle;
    const lowIndex = ((lowAbove - lowCorner) << 9) - lowCorner + low + middle;
    high = (bytes[n]! + highCorner + table[highIndex]!) & 255;
    low = (bytes[n + 1]! + lowCorner + table[lowIndex]!) & 255;
    bytes[n] = high;
    bytes[n + 1] = low;
    highCorner = highAbove;
    lowCorner = lowAbove;
  }
}
