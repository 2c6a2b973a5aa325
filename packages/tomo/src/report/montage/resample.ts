import type { Slice } from "./slices.ts";

/** A part of a slice, in its pixels; edges lie between pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Weight of a sample at a distance in pixels; zero beyond `reach`. */
interface Kernel {
  readonly reach: number;
  readonly weight: (distance: number) => number;
}

/** Linear interpolation: keeps masks within 0 and 1. */
export const linear: Kernel = { reach: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) };

/** Catmull-Rom cubic: smooth without blurring. */
export const cubic: Kernel = {
  reach: 2,
  weight: (distance) => {
    const d = Math.abs(distance);
    if (d < 1) return 1 + d * d * (1.5 * d - 2.5);
    return d < 2 ? 2 + d * (-4 + d * (2.5 - 0.5 * d)) : 0;
  },
};

/** A region of a slice at another size; when it gets smaller the kernel widens, so that nothing is skipped. */
export function resample(
  slice: Slice,
  region: Region,
  width: number,
  height: number,
  kernel: Kernel,
): Float32Array {
  const columns = taps(region.x, region.width, width, slice.width, kernel);
  const rows = taps(region.y, region.height, height, slice.height, kernel);
  const narrow = new Float32Array(slice.height * width);
  for (let y = 0; y < slice.height; y++)
    for (let x = 0; x < width; x++)
      narrow[y * width + x] = weighted(slice.values, y * slice.width, 1, columns[x]!);
  const result = new Float32Array(height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) result[y * width + x] = weighted(narrow, x, width, rows[y]!);
  return result;
}

interface Tap {
  readonly index: number;
  readonly weight: number;
}

/** For each output pixel the input pixels that count, edges repeated, weights summing to 1. */
function taps(start: number, length: number, outputs: number, inputs: number, kernel: Kernel): Tap[][] {
  const scale = length / outputs;
  const stretch = Math.max(1, scale);
  return Array.from({ length: outputs }, (_, n) => {
    const centre = start + (n + 0.5) * scale - 0.5;
    const [first, last] = [
      Math.ceil(centre - kernel.reach * stretch),
      Math.floor(centre + kernel.reach * stretch),
    ];
    const found: Tap[] = [];
    for (let index = first; index <= last; index++) {
      const weight = kernel.weight((index - centre) / stretch);
      if (weight !== 0) found.push({ index: Math.min(inputs - 1, Math.max(0, index)), weight });
    }
    const sum = found.reduce((total, { weight }) => total + weight, 0);
    return found.map(({ index, weight }) => ({ index, weight: weight / sum }));
  });
}

function weighted(values: Float32Array, offset: number, step: number, weights: readonly Tap[]): number {
  let sum = 0;
  for (const { index, weight } of weights) sum += values[offset + index * step]! * weight;
  return sum;
}
