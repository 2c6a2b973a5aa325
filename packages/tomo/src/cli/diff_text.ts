import { basename } from "node:path";
import picocolors from "picocolors";
import type { Difference, Said } from "../config/diff/diff.ts";
import { isObject } from "../config/source/json.ts";
import type { Io } from "./io.ts";

interface Context {
  /** As the user named the files. */
  readonly given: readonly [a: string, b: string];
  /** What the configs are for, where that is not the same. */
  readonly kinds: readonly [a: string, b: string] | null;
  readonly files: { readonly a: string; readonly b: string };
  readonly io: Io;
}

/** Differences by section, one line each: what, what A says, what B says, and where. */
export function diffText(differences: readonly Difference[], context: Context): string {
  const { given, kinds, io } = context;
  const { bold, red, green } = picocolors.createColors(io.outTerminal);
  if (differences.length === 0) return `${given[0]} and ${given[1]} mean the same\n`;
  const [a, b] = [0, 1].map((side) => `${given[side]}${kinds === null ? "" : ` (${kinds[side]})`}`);
  const head = `${red(`A ${a}`)}\n${green(`B ${b}`)}`;
  const sections = [...new Set(differences.map(({ section }) => section))].map((section) => {
    const rows = differences.filter((difference) => difference.section === section);
    return `${bold(section)}\n${sectionRows(rows, context)}`;
  });
  const count = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
  return `${[head, ...sections, count].join("\n\n")}\n`;
}

function sectionRows(rows: readonly Difference[], context: Context): string {
  const { io } = context;
  const { dim } = picocolors.createColors(io.outTerminal);
  const places = rows.map((row) => placesOf(row, context));
  const room = Math.max(20, io.columns - Math.max(...places.map((text) => text.length)) - 2);
  const texts = rows.map((row) => rowText(row, room, io));
  const width = Math.min(room, Math.max(...texts.map(({ length }) => length)));
  return texts
    .map(
      ({ text, length }, index) =>
        `${text}${" ".repeat(Math.max(0, width - length))}  ${dim(places[index]!)}`,
    )
    .join("\n");
}

/** `A:2:13 B:2:15`; a value from elsewhere names its file. */
function placesOf({ a, b }: Difference, { files }: Context): string {
  const place = (letter: string, said: Said | null, file: string): string[] => {
    if (said === null) return [];
    const { where } = said;
    const name = where.file === file ? letter : where.file === undefined ? letter : basename(where.file);
    return [where.line === undefined ? name : `${name}:${where.line}:${where.column}`];
  };
  return [...place("A", a, files.a), ...place("B", b, files.b)].join(" ");
}

interface Row {
  readonly text: string;
  /** Without colours. */
  readonly length: number;
}

function rowText({ kind, what, a, b }: Difference, room: number, io: Io): Row {
  const { red, green, yellow } = picocolors.createColors(io.outTerminal);
  if (a === null || b === null) {
    const [sign, paint, said] = b === null ? (["-", red, a] as const) : (["+", green, b] as const);
    const [value] = fit([onlyValue(said)], room - what.length - 5, io);
    const text = `  ${sign} ${what}${value === "" ? "" : ` ${value}`}`;
    return { text: paint(text), length: text.length };
  }
  const [before, between] =
    kind === "order" ? [`${what} moved from place `, " to "] : [`${what}: `, io.unicode ? " → " : " -> "];
  const fixed = 4 + before.length + between.length;
  const [left = "", right = ""] = fit([valueText(a), valueText(b)], room - fixed, io);
  return {
    text: `  ${yellow("~")} ${before}${red(left)}${between}${green(right)}`,
    length: fixed + left.length + right.length,
  };
}

/** Of a component that only one side has, the arguments; of a variable, the value. */
function onlyValue(said: Said | null): string {
  if (said === null || (isObject(said.value) && Object.keys(said.value).length === 0)) return "";
  return valueText(said);
}

const valueText = ({ value, written }: Said): string =>
  `${JSON.stringify(value)}${written ? "" : " (default)"}`;

/** On a terminal values are cut so that a difference stays on its line; the longest gives way first. */
function fit(values: readonly string[], room: number, { outTerminal }: Io): string[] {
  const lengths = values.map((value) => value.length);
  let over = lengths.reduce((sum, length) => sum + length, 0) - room;
  while (outTerminal && over > 0 && Math.max(...lengths) > 8) {
    const longest = lengths.indexOf(Math.max(...lengths));
    lengths[longest]!--;
    over--;
  }
  return values.map((value, index) =>
    value.length > lengths[index]! ? `${value.slice(0, lengths[index]! - 1)}…` : value,
  );
}
