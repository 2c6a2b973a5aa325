/**
 * Layout of an image array, one letter an axis: N batch, C channel, D/H/W spatial.
 * D, H, W are the file's array axes in order; nothing is transposed on load.
 */
export const shapeFormats = [
  "HW", "HWC", "CHW", "NHW", "NHWC", "NCHW",
  "DHW", "DHWC", "CDHW", "NDHW", "NDHWC", "NCDHW",
] as const; // biome-ignore format: two rows, 2-D and 3-D

export type ShapeFormat = (typeof shapeFormats)[number];

/** Index of the channel axis, or -1. */
export const channelAxis = (format: ShapeFormat): number => format.indexOf("C");

/** Index of the batch axis, or -1. */
export const batchAxis = (format: ShapeFormat): number => format.indexOf("N");

/** Indices of the spatial axes, in file order. */
export const spatialAxes = (format: ShapeFormat): number[] =>
  [...format].flatMap((letter, axis) => ("DHW".includes(letter) ? [axis] : []));

export const spatialRank = (format: ShapeFormat): number => spatialAxes(format).length;

/** Sizes of the spatial axes, in voxels. */
export const spatialSize = (shape: readonly number[], format: ShapeFormat): number[] =>
  spatialAxes(format).map((axis) => shape[axis]!);

/** Format with the given parts, for example `formatOf({ rank: 3, channel: "first", batch: true })` = NCDHW. */
export function formatOf(parts: {
  rank: number;
  channel?: "first" | "last" | "none";
  batch?: boolean;
}): ShapeFormat {
  const spatial = parts.rank === 3 ? "DHW" : "HW";
  const first = parts.channel === "first" ? "C" : "";
  const last = parts.channel === "last" ? "C" : "";
  return `${parts.batch ? "N" : ""}${first}${spatial}${last}` as ShapeFormat;
}
