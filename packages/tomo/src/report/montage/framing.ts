import type { Region } from "./resample.ts";
import type { Slice } from "./slices.ts";

/**
 * Part of the slices that holds all foreground with as much again around it, in the proportions of the whole; the
 * whole when that is not much larger.
 */
export function chooseRegion(masks: readonly Slice[], whole: Region): Region {
  const box = foregroundBox(masks);
  if (box === null) return whole;
  const share = Math.max(box.width / whole.width, box.height / whole.height);
  const zoom = Math.max(0.2, 2 * share);
  if (zoom > 0.75) return whole;
  const [width, height] = [whole.width * zoom, whole.height * zoom];
  const place = (start: number, length: number, size: number, room: number) =>
    Math.min(room - size, Math.max(0, start + (length - size) / 2));
  return {
    x: place(box.x, box.width, width, whole.width),
    y: place(box.y, box.height, height, whole.height),
    width,
    height,
  };
}

function foregroundBox(masks: readonly Slice[]): Region | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { width, height, values } of masks)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (values[y * width + x]! > 0) {
          left = Math.min(left, x);
          right = Math.max(right, x + 1);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y + 1);
        }
  return left === Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Intensities to show black and white, from the pixels around the foreground of each slice (without any: all pixels):
 * the quartiles widened by one and a half times their distance, within the 1st and 99th percentile. So neither air
 * nor bone takes the contrast from the organ.
 */
export function intensityWindow(
  images: readonly Slice[],
  masks: readonly (readonly Slice[])[],
): readonly [number, number] {
  const parts = images.flatMap((image, n) => {
    const box = foregroundBox(masks.map((slices) => slices[n]!));
    return box === null ? [] : rowsOf(image, grown(box, 0.25));
  });
  const values = parts.length > 0 ? parts : images.map((image) => image.values);
  const finite = Float32Array.from(values.flatMap((part) => [...part].filter(Number.isFinite))).sort();
  if (finite.length === 0) return [0, 1];
  const at = (share: number) => finite[Math.min(finite.length - 1, Math.floor(share * finite.length))]!;
  const reach = 1.5 * (at(0.75) - at(0.25));
  const [low, high] =
    reach > 0
      ? [Math.max(at(0.01), at(0.25) - reach), Math.min(at(0.99), at(0.75) + reach)]
      : [at(0.01), at(0.99)];
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

const grown = ({ x, y, width, height }: Region, share: number): Region => ({
  x: x - width * share,
  y: y - height * share,
  width: width * (1 + 2 * share),
  height: height * (1 + 2 * share),
});

function rowsOf({ width, height, values }: Slice, region: Region): Float32Array[] {
  const [left, top] = [Math.max(0, Math.floor(region.x)), Math.max(0, Math.floor(region.y))];
  const right = Math.min(width, Math.ceil(region.x + region.width));
  const bottom = Math.min(height, Math.ceil(region.y + region.height));
  return Array.from({ length: bottom - top }, (_, row) =>
    values.subarray((top + row) * width + left, (top + row) * width + right),
  );
}
