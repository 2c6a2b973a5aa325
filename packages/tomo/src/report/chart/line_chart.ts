import { cssColour } from "../picture/palette.ts";
import type { Picture } from "../picture/picture.ts";
import { textWidth } from "../picture/text.ts";
import {
  type Drawing,
  drawingPicture,
  drawingSvg,
  faint,
  fixed,
  ink,
  type Label,
  lineColours,
  rule,
} from "./drawing.ts";
import { linearScale, logScale, type Scale, stepScale } from "./scale.ts";

export interface Series {
  readonly name: string;
  /** x and y; a y that is not finite interrupts the line. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Marks the largest or smallest point; the legend says its value. */
  readonly best?: "max" | "min";
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  /** Logarithmic y axis; points that are not positive are left out. */
  readonly logarithmic?: boolean;
  /** Pixels, 720 × 360 when left out. */
  readonly width?: number;
  readonly height?: number;
}

/** Curves by step or epoch, as a stand-alone SVG document. */
export const lineChartSvg = (chart: LineChart): string => drawingSvg(draw(chart));

/** The same as a picture; needs no fonts on the machine. */
export const lineChartPicture = (chart: LineChart): Promise<Picture> => drawingPicture(draw(chart));

function draw(chart: LineChart): Drawing {
  const { width = 720, height = 360, series } = chart;
  const area = { left: 62, right: width - 20, top: 66, bottom: height - 46 };
  const points = series.flatMap((line) => line.points).filter(([, y]) => Number.isFinite(y));
  const x = stepScale(
    points.map(([value]) => value),
    area.left,
    area.right,
  );
  const values = points.map(([, value]) => value);
  const y = chart.logarithmic
    ? logScale(values, area.bottom, area.top)
    : linearScale(values, area.bottom, area.top);
  const label = (text: string, at: Omit<Label, "text" | "colour" | "size"> & Partial<Label>): Label => ({
    text,
    colour: faint,
    size: "small",
    ...at,
  });
  const entries = legend(series, width);
  return {
    width,
    height,
    title: chart.title,
    description: `${chart.series.map(({ name }) => name).join(", ")} by ${chart.xLabel}`,
    shapes: [
      ...y.ticks.map(
        ({ value }) =>
          `<path class="rule" d="M${area.left} ${fixed(y.toPixel(value))}H${area.right}" stroke="${cssColour(rule)}"/>`,
      ),
      ...series.map((line, n) => curve(line, n, x, y)),
      ...series.flatMap((line, n) => bestMark(line, n, x, y)),
      ...entries.map(({ shape }) => shape),
    ],
    labels: [
      label(chart.title, { x: area.left, y: 10, align: "left", colour: ink, size: "large" }),
      label(chart.xLabel, { x: (area.left + area.right) / 2, y: height - 22, align: "centre" }),
      ...x.ticks.map(({ value, text }) =>
        label(text, { x: x.toPixel(value), y: area.bottom + 6, align: "centre" }),
      ),
      ...y.ticks.map(({ value, text }) =>
        label(text, { x: area.left - 8, y: y.toPixel(value) - 9, align: "right" }),
      ),
      ...entries.map(({ name, at }) => label(name, { x: at, y: 38, align: "left", colour: ink })),
    ],
  };
}

/** Names in a row under the title, each behind a stroke of its colour; those beyond the width are left out. */
function legend(series: readonly Series[], width: number): { name: string; at: number; shape: string }[] {
  const entries = [];
  let at = 62;
  for (const [n, line] of series.entries()) {
    const best = bestOf(line);
    const name = best === null ? line.name : `${line.name} (best ${best[1].toPrecision(3)} at ${best[0]})`;
    const end = at + 24 + textWidth(name);
    if (end > width - 20) break;
    entries.push({
      name,
      at: at + 24,
      shape: `<path d="M${at} 47h16" stroke="${colourOf(n)}" stroke-width="3"/>`,
    });
    at = end + 28;
  }
  return entries;
}

const colourOf = (n: number): string => cssColour(lineColours[n % lineColours.length]!);

function curve({ points }: Series, n: number, x: Scale, y: Scale): string {
  let pen = "M";
  const path = points.map(([at, value]) => {
    const pixel = y.toPixel(value);
    if (!Number.isFinite(pixel)) {
      pen = "M";
      return "";
    }
    const command = `${pen}${fixed(x.toPixel(at))} ${fixed(pixel)}`;
    pen = "L";
    return command;
  });
  return `<path d="${path.join("")}" fill="none" stroke="${colourOf(n)}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`;
}

/** The largest or smallest point with a value, or null. */
function bestOf({ points, best }: Series): readonly [x: number, y: number] | null {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  if (best === undefined || finite.length === 0) return null;
  const better = (a: number, b: number) => (best === "max" ? a > b : a < b);
  return finite.reduce((winner, point) => (better(point[1], winner[1]) ? point : winner));
}

function bestMark(line: Series, n: number, x: Scale, y: Scale): string[] {
  const best = bestOf(line);
  if (best === null || !Number.isFinite(y.toPixel(best[1]))) return [];
  const centre = `cx="${fixed(x.toPixel(best[0]))}" cy="${fixed(y.toPixel(best[1]))}"`;
  return [`<circle ${centre} r="4" fill="${colourOf(n)}" stroke="white" stroke-width="1.5"/>`];
}
