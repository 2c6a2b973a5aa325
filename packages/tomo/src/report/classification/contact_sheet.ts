import { cubic, resample } from "../montage/resample.ts";
import { type Colour, classColours, dark } from "../picture/palette.ts";
import { drawFrame, drawGrey, fillRectangle, newPicture, type Picture } from "../picture/picture.ts";
import { drawText, fitText, fitTextMiddle, lineHeight } from "../picture/text.ts";
import type { HardCase, HardestCases } from "./hardest.ts";
import { quantile } from "./interval.ts";

/** One channel of an image, row by row from the top left, in any unit. */
export interface Film {
  readonly pixels: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Pixels. */
const margin = 16;
/** Longer side of a thumbnail, and width of the text below it. */
const side = 184;
const gap = 12;
const line = lineHeight("small");
const tileHeight = side + 4 + 4 * line;
const blockTitle = lineHeight("large") + 6;
const top = margin + lineHeight("large") + line + 8;
const mostColumns = 6;
/** So wide that the titles fit. */
const fewestColumns = 3;

interface Block {
  readonly title: string;
  readonly colour: Colour;
  readonly cases: readonly HardCase[];
}

/**
 * Draws the hardest cases of a run, false negatives above false positives, each with its class, score and label.
 * @param films By case; a case without one has its words only. @throws RangeError for films of another length than
 *   their size says
 */
export function drawContactSheet(selection: HardestCases, films: ReadonlyMap<string, Film>): Picture {
  const blocks: Block[] = [
    {
      title: "False negatives: labelled, but scored low",
      colour: classColours[0]!,
      cases: selection.falseNegatives,
    },
    {
      title: "False positives: scored high, but not labelled",
      colour: classColours[1]!,
      cases: selection.falsePositives,
    },
  ];
  const longest = Math.max(...blocks.map(({ cases }) => cases.length));
  const columns = Math.min(mostColumns, Math.max(fewestColumns, longest));
  const heights = blocks.map(({ cases }) => blockHeight(cases.length, columns));
  const width = 2 * margin + columns * side + (columns - 1) * gap;
  const picture = newPicture(width, top + heights[0]! + gap + heights[1]! + margin, dark.background);
  drawText(picture, "Hardest cases", margin, margin - 4, { colour: dark.text, size: "large" });
  const subtitle = "errors at each class's own best threshold (Youden), hardest first";
  drawText(picture, fitText(subtitle, width - 2 * margin), margin, margin - 4 + lineHeight("large"), {
    colour: dark.faint,
  });
  drawBlock(picture, blocks[0]!, films, top, columns);
  drawBlock(picture, blocks[1]!, films, top + heights[0]! + gap, columns);
  return picture;
}

const blockHeight = (cases: number, columns: number): number =>
  blockTitle + (cases === 0 ? line : Math.ceil(cases / columns) * (tileHeight + gap) - gap);

function drawBlock(
  picture: Picture,
  { title, colour, cases }: Block,
  films: ReadonlyMap<string, Film>,
  y: number,
  columns: number,
): void {
  fillRectangle(picture, { x: margin, y: y + 6, width: 12, height: 12 }, colour);
  const room = picture.width - 2 * margin - 20;
  drawText(picture, fitText(title, room, "large"), margin + 20, y, { colour: dark.text, size: "large" });
  if (cases.length === 0) drawText(picture, "none", margin, y + blockTitle, { colour: dark.faint });
  for (const [n, found] of cases.entries()) {
    const x = margin + (n % columns) * (side + gap);
    const above = y + blockTitle + Math.floor(n / columns) * (tileHeight + gap);
    drawFilm(picture, films.get(found.case), x, above);
    for (const [row, [text, shade]] of linesOf(found).entries())
      drawText(picture, text, x, above + side + 4 + row * line, { colour: shade });
  }
}

function linesOf(found: HardCase): readonly (readonly [text: string, colour: Colour])[] {
  return [
    [fitText(found.className, side), dark.text],
    [fitText(`scored ${scoreText(found.prediction)}, label ${found.label}`, side), dark.text],
    [fitText(placeText(found), side), dark.faint],
    [fitTextMiddle(found.case, side), dark.faint],
  ];
}

const scoreText = (score: number): string =>
  Math.abs(score) < 1000 ? score.toFixed(3) : score.toPrecision(3);

/** For example "below 30 of 34 negatives". */
function placeText({ label, misplaced, others }: HardCase): string {
  const amount =
    others < 1000
      ? `${Math.floor(misplaced)} of ${others}`
      : `${Math.floor((100 * misplaced) / others)} % of the`;
  return label === 1 ? `below ${amount} negatives` : `above ${amount} positives`;
}

/** The film in the middle of its square, aspect kept. */
function drawFilm(picture: Picture, film: Film | undefined, x: number, y: number): void {
  if (film === undefined || film.pixels.length === 0) {
    drawFrame(picture, { x, y, width: side, height: side }, dark.faint, 0.5);
    const middle = { colour: dark.faint, align: "centre" } as const;
    drawText(picture, "no image", x + side / 2, y + (side - line) / 2, middle);
    return;
  }
  const { pixels: values, width, height } = film;
  if (values.length !== width * height)
    throw new RangeError(`a film of ${width} by ${height} has ${values.length} pixels`);
  const scale = side / Math.max(width, height);
  const shown = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const whole = { x: 0, y: 0, width, height };
  const thumbnail = resample({ width, height, values }, whole, shown.width, shown.height, cubic);
  drawGrey(picture, windowed(thumbnail), {
    x: x + Math.floor((side - shown.width) / 2),
    y: y + Math.floor((side - shown.height) / 2),
    ...shown,
  });
}

/** Black at the 1st percentile, white at the 99th; NaN is black, an image of one value grey. */
function windowed(values: Float32Array): Float32Array {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return new Float32Array(values.length);
  const [first, last] = [quantile(sorted, 0.01), quantile(sorted, 0.99)];
  const [low, high] = last > first ? [first, last] : [first - 0.5, first + 0.5];
  return values.map((value) => (value > low ? Math.min(1, (value - low) / (high - low)) : 0));
}
