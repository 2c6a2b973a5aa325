import type { Affine } from "../../data/medical_image.ts";
import { type Colour, colourOfClass, dark, white } from "../picture/palette.ts";
import {
  drawCoverage,
  drawFrame,
  drawGrey,
  newPicture,
  type Picture,
  type Rectangle,
} from "../picture/picture.ts";
import { drawText, fitText, lineHeight } from "../picture/text.ts";
import { outlines } from "./contour.ts";
import { chooseRegion, intensityWindow } from "./framing.ts";
import { drawHeading, headingHeight, margin } from "./heading.ts";
import { cubic, type Region, resample } from "./resample.ts";
import { chooseSlices, type Layout, layoutOf, type Numbers, type Slice, takeSlice } from "./slices.ts";
import { chooseView, type View } from "./view.ts";

/** One case to show. All arrays have the same shape and memory order. */
export interface MontageInput {
  /** Name of the case. */
  readonly title: string;
  /** Intensities in any unit. */
  readonly image: Numbers;
  /** Class numbers, 0 = background. */
  readonly label?: Numbers;
  readonly prediction?: Numbers;
  /** Voxels along 2 or 3 array axes. */
  readonly shape: readonly number[];
  /** Which index runs fastest in memory: the first (NIfTI file order, the default) or the last (row-major tensors). */
  readonly fastest?: "first" | "last";
  /** Array index to RAS+ mm; without it the first axis runs down, the second to the right, and no letters are shown. */
  readonly affine?: Affine;
  /** mm a voxel; only used without an affine. */
  readonly spacing?: readonly number[];
  /** Name of class n at place n - 1. */
  readonly classNames?: readonly string[];
  /** Dice of class n at place n - 1; NaN = no value. */
  readonly dice?: readonly number[];
  /** At most so many rows, 4 when left out. */
  readonly rows?: number;
  /** Intensities shown black and white; chosen around the foreground when left out. */
  readonly window?: readonly [number, number];
}

/** Largest width and height of a panel, in pixels. */
const panelSize = 320;
const gap = 6;

interface Column {
  readonly caption: string;
  readonly masks: readonly {
    readonly data: Numbers;
    readonly colour: (label: number) => Colour;
    readonly thickness: number;
  }[];
  /** The first column shows the whole slice, the others the region of interest. */
  readonly whole: boolean;
}

/**
 * Slices of a case, one a row: the image, the label's outlines, the prediction's outlines over the label's (white).
 * Pure: equal input gives equal pixels. @throws RangeError when lengths and shape do not fit
 */
export function drawMontage(input: MontageInput): Picture {
  checkLengths(input);
  const layout = layoutOf(input.shape, input.fastest ?? "first");
  const view = chooseView(input.shape, input.affine, input.spacing ?? []);
  const masks = [input.label, input.prediction].filter((mask) => mask !== undefined);
  const indices = chooseSlices(masks, layout, view, input.rows ?? 4);
  const slicesOf = (data: Numbers) => indices.map((index) => takeSlice(data, layout, view, index));
  const images = slicesOf(input.image);
  const whole: Region = { x: 0, y: 0, width: images[0]!.width, height: images[0]!.height };
  const maskSlices = masks.map(slicesOf);
  const region = chooseRegion(maskSlices.flat(), whole);
  const window = input.window ?? intensityWindow(images, maskSlices);
  const columns = columnsOf(input);
  const panel = panelOf(whole, view);

  const top = margin + headingHeight(input) + lineHeight("small") + 14;
  const picture = newPicture(
    2 * margin + columns.length * panel.width + (columns.length - 1) * gap,
    top + indices.length * (panel.height + gap) - gap + margin,
    dark.background,
  );
  drawHeading(picture, input);
  for (const [n, column] of columns.entries()) {
    const x = margin + n * (panel.width + gap);
    drawText(picture, fitText(column.caption, panel.width), x, top - lineHeight("small") - 4, {
      colour: dark.faint,
    });
    for (const [row, index] of indices.entries()) {
      const area = { x, y: top + row * (panel.height + gap), ...panel };
      drawGrey(picture, grey(images[row]!, column.whole ? whole : region, panel, window), area);
      for (const mask of column.masks)
        drawOutlines(
          picture,
          takeSlice(mask.data, layout, view, index),
          column.whole ? whole : region,
          area,
          mask,
        );
      if (column.whole) annotate(picture, area, view, layout, index, region, whole);
    }
  }
  return picture;
}

function checkLengths({ image, label, prediction, shape }: MontageInput): void {
  const voxels = shape.reduce((product, size) => product * size, 1);
  if (
    shape.length < 2 ||
    shape.length > 3 ||
    [image, label, prediction].some((data) => (data ?? image).length !== voxels)
  )
    throw new RangeError(`a montage needs arrays of one shape of 2 or 3 axes, got [${shape.join(", ")}]`);
}

function columnsOf({ label, prediction }: MontageInput): Column[] {
  const classes = (data: Numbers) => ({ data, colour: colourOfClass, thickness: 1.8 });
  const columns: Column[] = [{ caption: "image", masks: [], whole: true }];
  if (label !== undefined) columns.push({ caption: "label", masks: [classes(label)], whole: false });
  if (prediction !== undefined)
    columns.push({
      caption: label === undefined ? "prediction" : "prediction, label in white",
      masks: [
        ...(label === undefined ? [] : [{ data: label, colour: () => white, thickness: 1.6 }]),
        classes(prediction),
      ],
      whole: false,
    });
  return columns;
}

/** Panel in the proportions of the slice in mm. */
function panelOf(whole: Region, { pixelWidth, pixelHeight }: View): { width: number; height: number } {
  const [width, height] = [whole.width * pixelWidth, whole.height * pixelHeight];
  const scale = panelSize / Math.max(width, height);
  return { width: Math.max(64, Math.round(width * scale)), height: Math.max(64, Math.round(height * scale)) };
}

function grey(
  slice: Slice,
  region: Region,
  panel: { width: number; height: number },
  [low, high]: readonly [number, number],
) {
  return resample(slice, region, panel.width, panel.height, cubic).map((value) =>
    // NaN shows black
    value > low ? Math.min(1, (value - low) / (high - low)) : 0,
  );
}

function drawOutlines(
  picture: Picture,
  slice: Slice,
  region: Region,
  panel: Rectangle,
  { colour, thickness }: Column["masks"][number],
): void {
  for (const [label, { area, coverage }] of outlines(slice, region, panel, thickness))
    drawCoverage(picture, coverage, { ...area, x: panel.x + area.x, y: panel.y + area.y }, colour(label));
}

/** Letters at the edges, the slice's number, and where the other columns look. */
function annotate(
  picture: Picture,
  area: Rectangle,
  view: View,
  layout: Layout,
  index: number,
  region: Region,
  whole: Region,
): void {
  const style = { colour: dark.text, halo: true } as const;
  const middle = area.y + (area.height - lineHeight("small")) / 2;
  const bottom = area.y + area.height - lineHeight("small") - 1;
  if (view.edges !== null) {
    const { left, right, top, bottom: below } = view.edges;
    drawText(picture, left, area.x + 5, middle, style);
    drawText(picture, right, area.x + area.width - 5, middle, { ...style, align: "right" });
    drawText(picture, top, area.x + area.width / 2, area.y + 2, { ...style, align: "centre" });
    // a narrow panel has no room for it beside the slice number
    if (area.width >= 190)
      drawText(picture, below, area.x + area.width / 2, bottom, { ...style, align: "centre" });
  }
  const depth = layout.shape[view.normal]!;
  if (depth > 1) drawText(picture, `${view.name} ${index + 1}/${depth}`, area.x + 5, bottom, style);
  if (region.width < whole.width) drawFrame(picture, scaled(region, whole, area), white, 0.45);
}

const scaled = (region: Region, whole: Region, area: Rectangle): Rectangle => ({
  x: area.x + Math.round((region.x * area.width) / whole.width),
  y: area.y + Math.round((region.y * area.height) / whole.height),
  width: Math.round((region.width * area.width) / whole.width),
  height: Math.round((region.height * area.height) / whole.height),
});
