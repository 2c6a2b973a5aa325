import { inflateSync } from "node:zlib";
import { bitmapFonts } from "./bitmap_font.generated.ts";
import { black, type Colour } from "./palette.ts";
import { blend, type Picture } from "./picture.ts";

export type FontSize = keyof typeof bitmapFonts;

/** Height of a line in pixels. */
export const lineHeight = (size: FontSize): number => bitmapFonts[size].height;

export interface TextStyle {
  readonly size?: FontSize;
  readonly colour: Colour;
  /** What x is: the left end, the middle or the right end. */
  readonly align?: "left" | "centre" | "right";
  /** Darkens the pixels around the letters, for text on images. */
  readonly halo?: boolean;
}

interface Glyphs {
  /** 0 to 15, row by row, all letters side by side. */
  readonly coverage: Uint8Array;
  /** First column of each letter. */
  readonly starts: readonly number[];
}

const first = 32;
const cache = new Map<FontSize, Glyphs>();

function glyphsOf(size: FontSize): Glyphs {
  const known = cache.get(size);
  if (known !== undefined) return known;
  const { advances, coverage } = bitmapFonts[size];
  const packed = inflateSync(Buffer.from(coverage, "base64"));
  const starts = [];
  let column = 0;
  for (const advance of advances) {
    starts.push(column);
    column += advance + 2;
  }
  const glyphs = {
    coverage: Uint8Array.from({ length: 2 * packed.length }, (_, n) => nibble(packed, n)),
    starts,
  };
  cache.set(size, glyphs);
  return glyphs;
}

const nibble = (bytes: Uint8Array, n: number): number =>
  n % 2 === 0 ? bytes[n >> 1]! >> 4 : bytes[n >> 1]! & 15;

/** Letter numbers in the font; what it does not have becomes "?". Accents are dropped. */
const letters = (text: string): number[] =>
  [...text.normalize("NFD").replace(/\p{Mn}/gu, "")].map((letter) => {
    const code = letter.codePointAt(0)! - first;
    return code >= 0 && code < 95 ? code : "?".charCodeAt(0) - first;
  });

/** Width of a text in pixels. */
export const textWidth = (text: string, size: FontSize = "small"): number =>
  letters(text).reduce((sum, letter) => sum + bitmapFonts[size].advances[letter]!, 0);

/** The text, cut with "..." where it is wider than `width` pixels. */
export function fitText(text: string, width: number, size: FontSize = "small"): string {
  if (textWidth(text, size) <= width) return text;
  let end = text.length;
  while (end > 0 && textWidth(`${text.slice(0, end)}...`, size) > width) end--;
  return `${text.slice(0, end)}...`;
}

/** The text, cut with "..." in the middle where it is wider: of paths and numbered names the end says most. */
export function fitTextMiddle(text: string, width: number, size: FontSize = "small"): string {
  const letters = [...text];
  let kept = letters.length;
  let fitted = text;
  while (kept > 0 && textWidth(fitted, size) > width) {
    kept--;
    fitted = `${letters.slice(0, Math.ceil(kept / 2)).join("")}...${letters.slice(letters.length - Math.floor(kept / 2)).join("")}`;
  }
  return fitted;
}

/** Writes one line with its top at y. The font is built in: the result is the same on every machine. */
export function drawText(picture: Picture, text: string, x: number, y: number, style: TextStyle): void {
  const { size = "small", align = "left" } = style;
  const width = textWidth(text, size);
  const top = Math.round(y);
  const start = Math.round(align === "left" ? x : align === "right" ? x - width : x - width / 2);
  if (style.halo === true)
    for (const dx of [-1, 0, 1])
      for (const dy of [-1, 0, 1]) drawLetters(picture, text, start + dx, top + dy, size, black, 0.6);
  drawLetters(picture, text, start, top, size, style.colour, 1);
}

function drawLetters(
  picture: Picture,
  text: string,
  x: number,
  y: number,
  size: FontSize,
  colour: Colour,
  opacity: number,
): void {
  const { advances, height, width } = bitmapFonts[size];
  const { coverage, starts } = glyphsOf(size);
  let pen = x;
  for (const letter of letters(text)) {
    const columns = advances[letter]! + 2;
    for (let row = 0; row < height; row++)
      for (let column = 0; column < columns; column++) {
        const level = coverage[row * width + starts[letter]! + column]!;
        // each glyph has one column of room in front
        if (level > 0) blend(picture, pen + column - 1, y + row, colour, (opacity * level) / 15);
      }
    pen += advances[letter]!;
  }
}
