import { type Colour, cssColour, dark } from "../picture/palette.ts";
import type { Picture } from "../picture/picture.ts";
import { drawText } from "../picture/text.ts";

/** A chart as SVG elements without text, and the texts: SVG sets them itself, PNG takes the built-in font. */
export interface Drawing {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** What a screen reader says: a name, and what is to be seen. */
  readonly title: string;
  readonly description?: string;
  /** Elements; those of the classes that `darkStyle` names get other colours where pages are dark. */
  readonly shapes: readonly string[];
  readonly labels: readonly Label[];
}

export interface Label {
  readonly text: string;
  /** Pixels; y is the top of the line. */
  readonly x: number;
  readonly y: number;
  readonly align: "left" | "centre" | "right";
  readonly colour: typeof ink | typeof faint | typeof warning;
  readonly size: "small" | "large";
}

/** Text and lines of charts, on white. */
export const ink: Colour = [36, 41, 47];
export const faint: Colour = [110, 118, 129];
export const warning: Colour = [176, 72, 0];
export const rule: Colour = [226, 229, 233];

/** Okabe and Ito's colours that stand out on white, and well enough on black. */
export const lineColours: readonly Colour[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
];

/** Viewers that prefer dark pages get one; all others, and PNG, see the colours that the elements themselves name. */
const darkStyle = `<style>@media (prefers-color-scheme: dark) { ${[
  `.paper { fill: ${cssColour(dark.background)} }`,
  `.ink { fill: ${cssColour(dark.text)} }`,
  `.faint { fill: ${cssColour(dark.faint)} }`,
  ".warning { fill: rgb(240,150,80) }",
  ".rule { stroke: rgb(46,51,58) }",
  ".accent { stroke: rgb(86,180,233) }",
  ".accent-area { fill: rgb(86,180,233) }",
].join(" ")} }</style>`;

/** A stand-alone SVG document: no scripts, nothing fetched. */
export const drawingSvg = (drawing: Drawing): string => document(drawing, drawing.labels.map(textElement));

/** The same as a picture; needs no fonts on the machine. */
export async function drawingPicture(drawing: Drawing): Promise<Picture> {
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1);
  const pixels = await sharp(Buffer.from(document(drawing, [])))
    .flatten({ background: "white" })
    .raw()
    .toBuffer();
  const picture = { width: drawing.width, height: drawing.height, rgb: new Uint8ClampedArray(pixels) };
  for (const { text, x, y, ...style } of drawing.labels) drawText(picture, text, x, y, style);
  return picture;
}

/** A number of pixels as text. */
export const fixed = (pixel: number): string => String(Math.round(pixel * 100) / 100);

/** Text for any place in XML; characters that XML forbids (controls, lone surrogates) become blanks. */
const escaped = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, " ")
    .replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const document = (
  { width, height, title, description = "", shapes }: Drawing,
  texts: readonly string[],
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    darkStyle,
    `<rect class="paper" width="${width}" height="${height}" fill="white"/>`,
    ...shapes,
    ...texts,
    "</svg>",
  ].join("\n");

function textElement({ text, x, y, align, colour, size }: Label): string {
  const anchor = { left: "start", centre: "middle", right: "end" }[align];
  const [pixels, baseline] = size === "large" ? [19, 18] : [13, 14];
  const role = colour === ink ? "ink" : colour === warning ? "warning" : "faint";
  return `<text class="${role}" x="${fixed(x)}" y="${fixed(y + baseline)}" text-anchor="${anchor}" fill="${cssColour(colour)}" font-family="system-ui, sans-serif" font-size="${pixels}">${escaped(text)}</text>`;
}
