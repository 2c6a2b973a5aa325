import { relative } from "node:path";
import picocolors from "picocolors";
import type { Change, Migration, Unresolved } from "../config/migrate/migrate.ts";
import { type Io, wrap } from "./io.ts";

interface Context {
  /** As the user named the file. */
  readonly given: string;
  readonly written: { readonly backup: string } | null;
  /** Whether the new text is another one than the file's. */
  readonly pending: boolean;
  readonly io: Io;
}

const generations = {
  EA: "the Transfer Learning Toolkit's early access (EA)",
  GA: "the Transfer Learning Toolkit 2.0 (GA)",
  "3.x": "Clara Train 3.x",
} as const;

/** What was translated, like a diff with reasons; what was not; and what to do next. */
export function migrationText(migration: Migration, context: Context): string {
  const { changes, unresolved, from } = migration;
  const { given, io } = context;
  if (changes.length === 0 && unresolved.length === 0)
    return `${given}: nothing to do, this is a config of ${generations[from]}\n`;
  const width = Math.max(...[...changes, ...unresolved].map((item) => place(item).length)) + 4;
  const blocks = [
    `${given}: a config of ${generations[from]}`,
    ...groups(changes).map((group) => groupText(group, width, io)),
    ...(unresolved.length === 0 ? [] : [unresolvedText(unresolved, width, io)]),
    summary(migration, context),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const place = ({ line, column }: { line: number; column: number }): string => `${line}:${column}`;

/** Changes of one component, in the order of their places. */
function groups(changes: readonly Change[]): Change[][] {
  const found = new Map<string, Change[]>();
  for (const change of changes) found.set(change.path, [...(found.get(change.path) ?? []), change]);
  return [...found.values()];
}

function groupText(changes: readonly Change[], width: number, io: Io): string {
  const { bold } = picocolors.createColors(io.outTerminal);
  const texts = changes.map((change, index) =>
    // a reason that goes on is told once
    changeText(change, reasonOf(change) === reasonOf(changes[index + 1]) ? "" : reasonOf(change), width, io),
  );
  return [bold(changes[0]?.path ?? ""), ...texts].join("\n");
}

const reasonOf = (change: Change | undefined): string =>
  change?.evidence === "inferred" ? `${change.why} (inferred, no document says so)` : (change?.why ?? "");

function changeText(change: Change, reason: string, width: number, io: Io): string {
  const { red, green, dim } = picocolors.createColors(io.outTerminal);
  const { before, after } = change;
  const lines = [
    ...(before === null ? [] : [red(cut(`- ${before}`, width, io))]),
    ...(after === null ? [] : [green(cut(`+ ${after}`, width, io))]),
  ].map((line, index) => (index === 0 ? `  ${place(change)}` : "").padEnd(width) + line);
  // that a name is another one the lines show themselves
  const told =
    reason === "" || reason === "renamed" ? [] : [dim(wrap(reason, io.columns, " ".repeat(width + 2)))];
  return [...lines, ...told].join("\n");
}

/** On a terminal a line stays a line. */
function cut(text: string, indent: number, { outTerminal, columns }: Io): string {
  const room = columns - indent;
  return outTerminal && text.length > room ? `${text.slice(0, Math.max(1, room - 1))}…` : text;
}

function unresolvedText(unresolved: readonly Unresolved[], width: number, io: Io): string {
  const { bold, yellow } = picocolors.createColors(io.outTerminal);
  const rows = unresolved.map((item) => {
    const head = `  ${place(item)}`.padEnd(width) + bold(item.path ?? "comment of an earlier run");
    return `${head}\n${yellow(wrap(item.message, io.columns, " ".repeat(width)))}`;
  });
  return [bold(needs(unresolved.length)), ...rows].join("\n");
}

const needs = (count: number): string =>
  count === 1 ? "1 place needs a person" : `${count} places need a person`;

function summary({ changes, unresolved }: Migration, context: Context): string {
  const count = changes.length === 1 ? "1 change" : `${changes.length || "no"} changes`;
  const open =
    unresolved.length === 0 ? "" : `, ${needs(unresolved.length)}: look for "tomo migrate:" in the file`;
  return [count + open, nextStep(context)].map((line) => wrap(line, context.io.columns, "")).join("\n");
}

function nextStep({ given, written, pending, io }: Context): string {
  if (written !== null) return `Written; the old file is ${shortPath(written.backup, io)}.`;
  if (!pending) return "Remove each comment when its place is mended.";
  return `Nothing is written yet: tomo migrate ${given} --write does it and keeps the old file as ${given}.bak`;
}

function shortPath(file: string, { cwd }: Io): string {
  const path = relative(cwd, file);
  return path.startsWith("..") ? file : path;
}
