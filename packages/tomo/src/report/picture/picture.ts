import type { Colour } from "./palette.ts";

/** An RGB image in memory; origin top left, x to the right, y down, in pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel, row by row. */
  readonly rgb: Uint8ClampedArray<ArrayBuffer>;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function newPicture(width: number, height: number, background: Colour): Picture {
  const picture = { width, height, rgb: new Uint8ClampedArray(3 * width * height) };
  fillRectangle(picture, { x: 0, y: 0, width, height }, background);
  return picture;
}

/** Lays a colour over a pixel. @param opacity 0 leaves the pixel, 1 replaces it. Outside the picture nothing happens. */
export function blend(
  { width, height, rgb }: Picture,
  x: number,
  y: number,
  colour: Colour,
  opacity: number,
): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  const at = 3 * (y * width + x);
  for (let channel = 0; channel < 3; channel++)
    rgb[at + channel] = rgb[at + channel]! + (colour[channel]! - rgb[at + channel]!) * opacity;
}

export function fillRectangle(
  picture: Picture,
  { x, y, width, height }: Rectangle,
  colour: Colour,
  opacity = 1,
): void {
  for (let row = y; row < y + height; row++)
    for (let column = x; column < x + width; column++) blend(picture, column, row, colour, opacity);
}

/** A frame of one pixel, inside the rectangle. */
export function drawFrame(
  picture: Picture,
  { x, y, width, height }: Rectangle,
  colour: Colour,
  opacity = 1,
): void {
  fillRectangle(picture, { x, y, width, height: 1 }, colour, opacity);
  fillRectangle(picture, { x, y: y + height - 1, width, height: 1 }, colour, opacity);
  fillRectangle(picture, { x, y: y + 1, width: 1, height: height - 2 }, colour, opacity);
  fillRectangle(picture, { x: x + width - 1, y: y + 1, width: 1, height: height - 2 }, colour, opacity);
}

/** Copies grey values, 0 (black) to 1 (white), row by row, to a place in the picture. */
export function drawGrey(picture: Picture, grey: Float32Array, { x, y, width, height }: Rectangle): void {
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const value = 255 * grey[row * width + column]!;
      picture.rgb.fill(
        value,
        3 * ((y + row) * picture.width + x + column),
        3 * ((y + row) * picture.width + x + column + 1),
      );
    }
}

/** Lays a colour over the picture as strongly as `coverage` (0 to 1, row by row) says. */
export function drawCoverage(
  picture: Picture,
  coverage: Float32Array,
  area: Rectangle,
  colour: Colour,
): void {
  for (let row = 0; row < area.height; row++)
    for (let column = 0; column < area.width; column++) {
      const opacity = coverage[row * area.width + column]!;
      if (opacity > 0) blend(picture, area.x + column, area.y + row, colour, opacity);
    }
}
