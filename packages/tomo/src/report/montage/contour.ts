import type { Rectangle } from "../picture/picture.ts";
import { linear, type Region, resample } from "./resample.ts";
import type { Slice } from "./slices.ts";

/** Coverage, 0 to 1, of the output pixels in a part of the panel. */
export interface Outline {
  /** In pixels of the panel. */
  readonly area: Rectangle;
  readonly coverage: Float32Array;
}

/**
 * Outlines of the pixels of each label in a slice: the line where the linearly interpolated mask is ½, drawn
 * `thickness` pixels wide with smooth edges. Background (0) has none.
 * @param region Part of the slice that fills the panel.
 */
export function outlines(
  slice: Slice,
  region: Region,
  panel: { readonly width: number; readonly height: number },
  thickness: number,
): Map<number, Outline> {
  const found = new Map<number, Outline>();
  for (const [label, box] of labelBoxes(slice)) {
    const area = panelArea(box, region, panel);
    if (area.width > 0 && area.height > 0)
      found.set(label, { area, coverage: outline(slice, label, region, panel, area, thickness) });
  }
  return found;
}

function outline(
  slice: Slice,
  label: number,
  region: Region,
  panel: { readonly width: number; readonly height: number },
  area: Rectangle,
  thickness: number,
): Float32Array {
  const { width, height } = area;
  const [scaleX, scaleY] = [region.width / panel.width, region.height / panel.height];
  const part = {
    x: region.x + area.x * scaleX,
    y: region.y + area.y * scaleY,
    width: width * scaleX,
    height: height * scaleY,
  };
  const mask = { ...slice, values: slice.values.map((value) => (value === label ? 1 : 0)) };
  const level = resample(mask, part, width, height, linear);
  const at = (x: number, y: number) =>
    level[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
  return level.map((value, n) => {
    const [x, y] = [n % width, Math.floor(n / width)];
    // the steeper side: between pixels of a mask that is not enlarged all the change is on one
    const slope = Math.hypot(
      Math.max(Math.abs(at(x + 1, y) - value), Math.abs(value - at(x - 1, y))),
      Math.max(Math.abs(at(x, y + 1) - value), Math.abs(value - at(x, y - 1))),
    );
    // distance to the line by its first-order expansion
    return slope < 1e-3 ? 0 : Math.min(1, Math.max(0, thickness / 2 + 0.5 - Math.abs(value - 0.5) / slope));
  });
}

/** Bounding box of each label, in slice pixels. */
function labelBoxes({ width, height, values }: Slice): Map<number, Region> {
  const boxes = new Map<number, { left: number; top: number; right: number; bottom: number }>();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const label = values[y * width + x]!;
      if (!(label > 0)) continue;
      const box = boxes.get(label);
      if (box === undefined) boxes.set(label, { left: x, top: y, right: x + 1, bottom: y + 1 });
      else {
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x + 1);
        box.bottom = y + 1;
      }
    }
  const sorted = [...boxes].sort(([a], [b]) => a - b);
  return new Map(
    sorted.map(([label, { left, top, right, bottom }]) => [
      label,
      { x: left, y: top, width: right - left, height: bottom - top },
    ]),
  );
}

/** Panel pixels that a box of the slice can touch: one slice pixel and the line's width around it. */
function panelArea(
  box: Region,
  region: Region,
  panel: { readonly width: number; readonly height: number },
): Rectangle {
  const span = (start: number, length: number, regionStart: number, regionLength: number, size: number) => {
    const scale = size / regionLength;
    const from = Math.max(0, Math.floor((start - 1 - regionStart) * scale) - 3);
    const to = Math.min(size, Math.ceil((start + length + 1 - regionStart) * scale) + 3);
    return [from, to - from] as const;
  };
  const [x, width] = span(box.x, box.width, region.x, region.width, panel.width);
  const [y, height] = span(box.y, box.height, region.y, region.height, panel.height);
  return { x, y, width, height };
}
