/** What lines are drawn with: colours or none, line-drawing characters or plain ones. */
export interface Pen {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly unicode: boolean;
}

const escapeCharacter = String.fromCharCode(27);
const escapes = new RegExp(`${escapeCharacter}\\[[0-9;]*m`, "g");
const escapesAndCharacters = new RegExp(`${escapeCharacter}\\[[0-9;]*m|.`, "gsu");

/** Columns that a text takes; all characters used here take one. */
export const widthOf = (text: string): number => [...text.replaceAll(escapes, "")].length;

/** The text cut to a number of columns, colours closed. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let [result, left] = ["", Math.max(0, columns)];
  for (const [part] of text.matchAll(escapesAndCharacters)) {
    if (part.startsWith(escapeCharacter)) result += part;
    else if (left-- > 0) result += part;
  }
  return result;
}

/** Parts side by side, two blanks between; those at the end are left out until the line fits. */
export function joined(parts: readonly string[], columns: number, between = "  "): string {
  let shown = parts.filter((part) => part !== "");
  while (shown.length > 1 && widthOf(shown.join(between)) > columns) shown = shown.slice(0, -1);
  return fit(shown.join(between), columns);
}

/** A bar of `width` columns, filled from the left. */
export function bar(fraction: number, width: number, pen: Pen): string {
  const part = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
  const filled = Math.floor(part * width);
  if (!pen.unicode) return `${"#".repeat(filled)}${".".repeat(width - filled)}`;
  const half = part * width - filled >= 0.5 ? 1 : 0;
  const done = "━".repeat(filled) + (half ? "╸" : "");
  return pen.cyan(done) + pen.dim("━".repeat(width - filled - half));
}

/** The last values as blocks from the lowest to the highest. */
export function sparkline(values: readonly number[], width: number, pen: Pen): string {
  const shown = values.filter(Number.isFinite).slice(-width);
  if (!pen.unicode || shown.length < 2) return "";
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const blocks = "▁▂▃▄▅▆▇█";
  return pen.cyan(
    shown.map((value) => blocks[high === low ? 0 : Math.round((7 * (value - low)) / (high - low))]).join(""),
  );
}
