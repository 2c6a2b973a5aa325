/**
 * Places on a frontal film, in chest units: x to the picture's right, which is the patient's left, y down, the origin
 * between the lungs; the chest is about two units wide.
 */
export type Point = readonly [x: number, y: number];
/** Corners of an upright rectangle, in chest units. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Where something is: coverage from 0 to 1, zero outside the box. */
export interface Shape {
  readonly box: Box;
  readonly cover: (x: number, y: number) => number;
}

/** A line through points; its width tapers from `width` to `end`. */
export interface Line {
  readonly points: readonly Point[];
  /** Grey values; negative for what lets more rays through. */
  readonly amount: number;
  readonly width: number;
  readonly end?: number;
}

/** How the chest lies on the film. */
export interface View {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels a chest unit. */
  readonly scale: number;
  /** Pixel of the origin. */
  readonly centre: Point;
  /** Radians, clockwise. */
  readonly tilt: number;
}

export const everywhere: Box = [-3, -3, 3, 3];

/** 0 well outside, 1 well inside, smooth over a border of 2·soft; depth is positive inside. */
export function edge(depth: number, soft: number): number {
  const t = Math.min(Math.max(depth / (2 * soft) + 0.5, 0), 1);
  return t * t * (3 - 2 * t);
}

/** Grey values of a film in the making, row by row; things are painted in chest units. */
export class FilmCanvas {
  readonly view: View;
  readonly values: Float32Array;
  readonly #layer: Float32Array;
  readonly #cos: number;
  readonly #sin: number;

  constructor(view: View) {
    this.view = view;
    this.values = new Float32Array(view.width * view.height);
    this.#layer = new Float32Array(this.values.length);
    this.#cos = Math.cos(view.tilt);
    this.#sin = Math.sin(view.tilt);
  }

  /** Replaces each value within the box. */
  paint(box: Box, value: (old: number, x: number, y: number) => number): void {
    this.#visit(box, (at, x, y) => {
      this.values[at] = value(this.values[at] ?? 0, x, y);
    });
  }

  /** Adds grey values where the shape is; negative for what lets more rays through. */
  add({ box, cover }: Shape, amount: number): void {
    this.paint(box, (old, x, y) => old + amount * cover(x, y));
  }

  /** Replaces what is there by a grey value. */
  cover({ box, cover }: Shape, value: number): void {
    this.paint(box, (old, x, y) => old + (value - old) * cover(x, y));
  }

  /** Adds lines; where they cross, the brightest counts. */
  stroke(...lines: readonly Line[]): void {
    const layer = this.#layer;
    const segments = lines.flatMap(segmentsOf);
    for (const { from, to, radius, amount } of segments)
      this.#visit(around(from, to, 2 * radius), (at, x, y) => {
        const value = amount * edge(radius - distance(x, y, from, to), radius);
        if (Math.abs(value) > Math.abs(layer[at] ?? 0)) layer[at] = value;
      });
    for (const { from, to, radius } of segments)
      this.#visit(around(from, to, 2 * radius), (at) => {
        this.values[at] = (this.values[at] ?? 0) + (layer[at] ?? 0);
        layer[at] = 0;
      });
  }

  #visit([left, top, right, bottom]: Box, work: (at: number, x: number, y: number) => void): void {
    const { width, height, scale, centre } = this.view;
    const [cos, sin] = [this.#cos, this.#sin];
    const columns: number[] = [];
    const rows: number[] = [];
    for (const x of [left, right])
      for (const y of [top, bottom]) {
        columns.push(centre[0] + scale * (cos * x - sin * y));
        rows.push(centre[1] + scale * (sin * x + cos * y));
      }
    const [firstColumn, lastColumn] = [Math.max(0, Math.floor(Math.min(...columns))), Math.max(...columns)];
    const [firstRow, lastRow] = [Math.max(0, Math.floor(Math.min(...rows))), Math.max(...rows)];
    for (let j = firstRow; j < height && j <= lastRow; j++) {
      const v = (j + 0.5 - centre[1]) / scale;
      for (let i = firstColumn; i < width && i <= lastColumn; i++) {
        const u = (i + 0.5 - centre[0]) / scale;
        work(j * width + i, cos * u + sin * v, cos * v - sin * u);
      }
    }
  }
}

interface Segment {
  readonly from: Point;
  readonly to: Point;
  readonly radius: number;
  readonly amount: number;
}

function segmentsOf({ points, amount, width, end = width }: Line): Segment[] {
  const count = points.length - 1;
  return points.slice(1).map((to, n) => {
    const radius = (width + ((end - width) * (n + 0.5)) / count) / 2;
    return { from: points[n] ?? to, to, radius, amount };
  });
}

const around = (a: Point, b: Point, margin: number): Box => [
  Math.min(a[0], b[0]) - margin,
  Math.min(a[1], b[1]) - margin,
  Math.max(a[0], b[0]) + margin,
  Math.max(a[1], b[1]) + margin,
];

/** Length of a vector; `Math.hypot` takes many times as long. */
export const length2 = (x: number, y: number): number => Math.sqrt(x * x + y * y);

/** From a point to a segment. */
function distance(x: number, y: number, from: Point, to: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const [px, py] = [x - from[0], y - from[1]];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(Math.max((px * dx + py * dy) / squared, 0), 1);
  return length2(px - along * dx, py - along * dy);
}
