import { type Colour, colourOfClass, dark } from "../picture/palette.ts";
import { fillRectangle, type Picture } from "../picture/picture.ts";
import { drawText, fitText, lineHeight, textWidth } from "../picture/text.ts";
import type { MontageInput } from "./montage.ts";

/** Room around a montage, in pixels. */
export const margin = 14;
/** More classes are drawn, but not listed. */
const listed = 8;

interface LegendEntry {
  readonly colour: Colour;
  readonly text: string;
}

function legendOf({ label, prediction, classNames = [], dice = [] }: MontageInput): LegendEntry[] {
  const classes = new Set<number>([...classNames.keys(), ...dice.keys()].map((n) => n + 1));
  if (classes.size === 0)
    for (const mask of [label, prediction])
      if (mask !== undefined) for (let n = 0; n < mask.length; n++) if (mask[n]! > 0) classes.add(mask[n]!);
  const sorted = [...classes].sort((a, b) => a - b);
  const entries = sorted.slice(0, listed).map((label) => ({
    colour: colourOfClass(label),
    text: `${classNames[label - 1] ?? `class ${label}`}${diceText(dice[label - 1])}`,
  }));
  return sorted.length <= listed
    ? entries
    : [...entries, { colour: dark.faint, text: `and ${sorted.length - listed} more` }];
}

const diceText = (value: number | undefined): string =>
  value === undefined ? "" : Number.isNaN(value) ? "  no Dice (absent)" : `  Dice ${value.toFixed(3)}`;

/** Pixels that title and legend take. */
export const headingHeight = (input: MontageInput): number =>
  lineHeight("large") + (legendOf(input).length > 0 ? lineHeight("small") + 4 : 0);

/** Title, and for each class its colour, name and Dice. */
export function drawHeading(picture: Picture, input: MontageInput): void {
  const room = picture.width - 2 * margin;
  drawText(picture, fitText(input.title, room, "large"), margin, margin - 4, {
    colour: dark.text,
    size: "large",
  });
  let x = margin;
  const y = margin + lineHeight("large");
  for (const { colour, text } of legendOf(input)) {
    if (x + 16 + textWidth(text) > picture.width - margin) break;
    fillRectangle(picture, { x, y: y + 5, width: 10, height: 10 }, colour);
    drawText(picture, text, x + 16, y, { colour: dark.text });
    x += 16 + textWidth(text) + 18;
  }
}
