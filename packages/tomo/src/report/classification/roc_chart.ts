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
  warning,
} from "../chart/drawing.ts";
import { cssColour } from "../picture/palette.ts";
import type { Picture, Rectangle } from "../picture/picture.ts";
import { fitText, lineHeight, textWidth } from "../picture/text.ts";
import type { ClassificationStudy } from "./bootstrap.ts";
import { type ChartPoint, type RocPanel, rocPanels } from "./roc_panels.ts";
import { type ClassificationSummary, fewCases } from "./summary.ts";

/** Pixels. */
const margin = 20;
/** Room for the numbers at the left of the first column. */
const axis = 30;
const gap = 30;
const line = lineHeight("small");
const header = 3 * line + 8;
/** More classes than that are in the tables only. */
const mostPanels = 60;

const colour = cssColour(lineColours[0]!);
const pale = cssColour(faint);

/** ROC curves, one panel a class, as a stand-alone SVG document. */
export const rocSvg = (study: ClassificationStudy, summary: ClassificationSummary): string =>
  drawingSvg(rocDrawing(study, summary));

/** The same as a picture; needs no fonts on the machine. */
export const rocPicture = (study: ClassificationStudy, summary: ClassificationSummary): Promise<Picture> =>
  drawingPicture(rocDrawing(study, summary));

export function rocDrawing(study: ClassificationStudy, summary: ClassificationSummary): Drawing {
  const all = rocPanels(study, summary);
  const panels = all.slice(0, mostPanels);
  const columns = columnsFor(panels.length);
  const side = columns === 1 ? 340 : 210;
  const width = 2 * margin + axis + columns * side + (columns - 1) * gap;
  const top = 10 + lineHeight("large") + line + 16;
  const areas = panels.map((_, n) => ({
    x: margin + axis + (n % columns) * (side + gap),
    y: top + header + Math.floor(n / columns) * (header + side + gap),
    width: side,
    height: side,
  }));
  const bottom = Math.max(top, ...areas.map(({ y }) => y + side)) + line + 14;
  const footer = legend(summary, width, bottom);
  const more = all.length - panels.length;
  const subtitle = `${summary.cases} cases; AUC with its 95 % bootstrap interval${more > 0 ? `; ${more} more classes are in the tables` : ""}`;
  return {
    width,
    height: footer.bottom + margin - 6,
    title: "ROC curves",
    description: [subtitle, ...panels.map(({ name, auc, counts }) => `${name}: ${auc}, ${counts}`)].join(
      ". ",
    ),
    shapes: [...panels.flatMap((panel, n) => panelShapes(panel, areas[n]!)), ...footer.shapes],
    labels: [
      { text: "ROC curves", x: margin, y: 10, align: "left", colour: ink, size: "large" },
      small(fitText(subtitle, width - 2 * margin), margin, 10 + lineHeight("large")),
      ...panels.flatMap((panel, n) => [
        ...panelLabels(panel, areas[n]!),
        ...axisLabels(areas[n]!, n % columns === 0, n + columns >= panels.length),
      ]),
      ...footer.labels,
    ],
  };
}

const columnsFor = (panels: number): number =>
  panels <= 3 ? Math.max(1, panels) : Math.min(5, Math.ceil(Math.sqrt(panels)));

const small = (text: string, x: number, y: number, more: Partial<Label> = {}): Label => ({
  text,
  x,
  y,
  align: "left",
  colour: faint,
  size: "small",
  ...more,
});

function panelLabels({ name, auc, counts, few }: RocPanel, { x, y, width }: Rectangle): Label[] {
  const at = (n: number) => y - header + n * line;
  return [
    // other fonts than the built-in one may be wider
    small(fitText(name, 0.92 * width), x, at(0), { colour: ink }),
    small(auc, x, at(1), { colour: ink }),
    small(counts, x, at(2), { colour: few ? warning : faint }),
  ];
}

function axisLabels({ x, y, width, height }: Rectangle, left: boolean, below: boolean): Label[] {
  const ticks = [0, 0.5, 1].map((value) => [value, value === 0.5 ? "0.5" : String(value)] as const);
  return ticks.flatMap(([value, text]) => [
    ...(left ? [small(text, x - 7, y + (1 - value) * height - line / 2, { align: "right" })] : []),
    ...(below ? [small(text, x + value * width, y + height + 5, { align: "centre" })] : []),
  ]);
}

function panelShapes(panel: RocPanel, area: Rectangle): string[] {
  const { x, y, width, height } = area;
  const path = (points: readonly ChartPoint[], close = "") => `d="${pathOf(points, area)}${close}"`;
  const round = `fill="none" stroke-linejoin="round"`;
  return [
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => {
      const [across, down] = [fixed(x + share * width), fixed(y + share * height)];
      return `<path class="rule" d="M${across} ${y}v${height}M${x} ${down}h${width}" stroke="${cssColour(rule)}"/>`;
    }),
    `<path d="M${x} ${y + height}L${x + width} ${y}" stroke="${pale}" stroke-dasharray="4 4"/>`,
    ...(panel.band === null
      ? []
      : [
          `<path class="accent-area" ${path(outline(panel.band), "Z")} fill="${colour}" fill-opacity="0.16"/>`,
        ]),
    ...panel.behind.map((points) => `<path ${path(points)} ${round} stroke="${pale}" stroke-opacity="0.5"/>`),
    ...(panel.curve.length === 0
      ? []
      : [`<path class="accent" ${path(panel.curve)} ${round} stroke="${colour}" stroke-width="2"/>`]),
    ...mark(panel.atYouden, area, "paper", "white"),
    ...mark(panel.atHalf, area, "accent-area", colour),
  ];
}

/** Along the lower bound and back along the upper one. */
function outline({ low, high }: { low: Float32Array; high: Float32Array }): ChartPoint[] {
  const points = (ups: Float32Array) => Array.from(ups, (up, n): ChartPoint => [n / (ups.length - 1), up]);
  return [...points(low), ...points(high).reverse()];
}

/** Points that would lie within a third of a pixel of the last one are left out: 25,000 cases make no larger file. */
function pathOf(points: readonly ChartPoint[], { x, y, width, height }: Rectangle): string {
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  return points
    .map(([right, up], n) => {
      const [atX, atY] = [x + right * width, y + (1 - up) * height];
      const last = n === points.length - 1;
      if (!last && Math.abs(atX - lastX) < 1 / 3 && Math.abs(atY - lastY) < 1 / 3) return "";
      [lastX, lastY] = [atX, atY];
      return `${n === 0 ? "M" : "L"}${fixed(atX)} ${fixed(atY)}`;
    })
    .join("");
}

/** @param role Class of the element, for dark pages. */
function mark(
  point: ChartPoint | null,
  { x, y, width, height }: Rectangle,
  role: string,
  fill: string,
): string[] {
  return point === null ? [] : [dot(x + point[0] * width, y + (1 - point[1]) * height, role, fill)];
}

const dot = (x: number, y: number, role: string, fill: string): string =>
  `<circle class="accent ${role}" cx="${fixed(x)}" cy="${fixed(y)}" r="4" fill="${fill}" stroke="${colour}" stroke-width="2"/>`;

type Entry = readonly [text: string, shape: (x: number, y: number) => string];

/** What axes, lines, shades and dots are, in as many rows as the width needs. */
function legend({ resamples, classes }: ClassificationSummary, width: number, top: number) {
  const entries: Entry[] = [
    ["across: false positive rate (1 - specificity)", () => ""],
    ["up: sensitivity", () => ""],
    [
      `95 % of ${resamples} resamples, point by point`,
      (x, y) =>
        `<rect class="accent-area" x="${x}" y="${y - 6}" width="18" height="12" fill="${colour}" fill-opacity="0.16"/>`,
    ],
    ["chance", (x, y) => `<path d="M${x} ${y}h18" stroke="${pale}" stroke-dasharray="4 4"/>`],
    ["threshold 0.5", (x, y) => dot(x + 9, y, "accent-area", colour)],
    ["Youden's optimum", (x, y) => dot(x + 9, y, "paper", "white")],
  ];
  if (classes.some(({ few }) => few))
    entries.push([`few cases: under ${fewCases} positives or negatives, read with care`, () => ""]);
  const labels: Label[] = [];
  const shapes: string[] = [];
  let [x, y] = [margin, top];
  for (const [text, shape] of entries) {
    const drawn = shape(x, y + 9);
    const [room, end] = [drawn === "" ? 0 : 26, 22];
    if (x > margin && x + room + textWidth(text) + margin > width) [x, y] = [margin, y + line];
    shapes.push(shape(x, y + 9));
    labels.push(small(text, x + room, y));
    x += room + textWidth(text) + end;
  }
  return { labels, shapes: shapes.filter((element) => element !== ""), bottom: y + line };
}
