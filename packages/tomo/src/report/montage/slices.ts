import type { View } from "./view.ts";

/** Numbers of any kind with a length: voxels, class maps. */
export type Numbers = ArrayLike<number>;

/** A volume whose axes are named by the view; strides in elements. */
export interface Layout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** @param fastest Which index runs fastest in memory: the first (NIfTI file order) or the last (row-major). */
export function layoutOf(shape: readonly number[], fastest: "first" | "last"): Layout {
  const full = [...shape, 1].slice(0, 3);
  const [x, y, z] = full as [number, number, number];
  if (fastest === "first") return { shape: full, strides: [1, x, x * y] };
  return { shape: full, strides: [y * z, z, 1] };
}

export interface Slice {
  /** Pixels, before any scaling. */
  readonly width: number;
  readonly height: number;
  /** Row by row, as seen on the page. */
  readonly values: Float32Array;
}

/** The slice at array index `index` of the normal axis, turned as the view says. */
export function takeSlice(data: Numbers, { shape, strides }: Layout, view: View, index: number): Slice {
  const [width, height] = [shape[view.horizontal]!, shape[view.vertical]!];
  const values = new Float32Array(width * height);
  const [stepX, stepY] = [strides[view.horizontal]!, strides[view.vertical]!];
  for (let y = 0; y < height; y++) {
    const row = index * strides[view.normal]! + (view.reversed[2] ? height - 1 - y : y) * stepY;
    for (let x = 0; x < width; x++)
      values[y * width + x] = data[row + (view.reversed[1] ? width - 1 - x : x) * stepX]!;
  }
  return { width, height, values };
}

/**
 * Array indices of the slices to show, in page order: spread evenly over the part that holds the middle 96 % of the
 * foreground of the masks (a stray voxel far away does not count), or over everything when there is none.
 */
export function chooseSlices(masks: readonly Numbers[], layout: Layout, view: View, count: number): number[] {
  const depth = layout.shape[view.normal]!;
  const amounts = foregroundBySlice(masks, layout, view.normal);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const [start, end] =
    total === 0 ? [0, depth] : [quantile(amounts, 0.02 * total), quantile(amounts, 0.98 * total) + 1];
  const wanted = Math.min(count, end - start);
  const indices = Array.from({ length: wanted }, (_, n) =>
    Math.floor(start + ((n + 0.5) * (end - start)) / wanted),
  );
  return view.reversed[0] ? indices.reverse() : indices;
}

function foregroundBySlice(masks: readonly Numbers[], { shape, strides }: Layout, normal: number): number[] {
  const amounts = new Array<number>(shape[normal]!).fill(0);
  const [a, b] = [0, 1, 2].filter((axis) => axis !== normal) as [number, number];
  for (const mask of masks)
    for (let index = 0; index < amounts.length; index++)
      for (let i = 0; i < shape[a]!; i++)
        for (let j = 0; j < shape[b]!; j++)
          if (mask[index * strides[normal]! + i * strides[a]! + j * strides[b]!]! > 0) amounts[index]!++;
  return amounts;
}

/** First slice at which the running sum exceeds `amount`. */
function quantile(amounts: readonly number[], amount: number): number {
  let sum = 0;
  return amounts.findIndex((value) => {
    sum += value;
    return sum > amount;
  });
}
