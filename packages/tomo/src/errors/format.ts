import { readFileSync, statSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import picocolors from "picocolors";
import type { ErrorReport, ReportedError } from "./report.ts";
import type { Where } from "./tomo_error.ts";

export interface FormatOptions {
  /** Paths inside this folder are printed relative to it. */
  readonly cwd: string;
  readonly color: boolean;
  /** Shows the line of the file with a caret under the fault. */
  readonly excerpt: boolean;
  /** Prints the stacks of internal errors. */
  readonly debug: boolean;
}

/** One screen: at most this many errors are printed in full. */
const shown = 20;
/** Files larger than this are not read again to show one line of them. */
const excerptBytes = 4 << 20;

type Colors = ReturnType<typeof picocolors.createColors>;

/** What people read: each error with its place, what was given, what was expected and a remedy. */
export function formatReport(report: ErrorReport, options: FormatOptions): string {
  const colors = picocolors.createColors(options.color);
  const blocks = formatErrors(report.errors, options);
  if (report.errors.length > 1) blocks.push(colors.bold(`${report.errors.length} errors`));
  return `${blocks.join("\n\n")}\n`;
}

/** One block of lines an error, as many as fit on a screen. */
export function formatErrors(errors: readonly ReportedError[], options: FormatOptions): string[] {
  const colors = picocolors.createColors(options.color);
  const blocks = errors.slice(0, shown).map((error) => formatError(error, options, colors));
  const hidden = errors.length - blocks.length;
  return hidden > 0 ? [...blocks, `… and ${hidden} more (--json lists all)`] : blocks;
}

/** A warning in two lines: place and message, then the remedy. */
export function formatWarning(
  { where, message, hint }: Pick<ReportedError, "where" | "message" | "hint">,
  options: Pick<FormatOptions, "cwd" | "color">,
): string {
  const colors = picocolors.createColors(options.color);
  const place = formatPlace(where, options.cwd);
  const head = `${place === "" ? "" : `${colors.bold(place)}: `}${colors.yellow("warning:")} ${message}`;
  return hint === undefined ? head : `${head}\n  ${colors.dim("hint".padEnd(9))}${indent(hint)}`;
}

function formatError(error: ReportedError, options: FormatOptions, colors: Colors): string {
  const place = formatPlace(error.where, options.cwd);
  const head = `${place === "" ? "" : `${colors.bold(place)}: `}${colors.red(error.message)}`;
  const rows: [string, string | undefined][] = [
    ["given", error.given],
    ["expected", error.expected],
    ["hint", error.hint],
    // the words of a user's own error are in the message already
    ["cause", error.cause !== undefined && error.message.endsWith(error.cause) ? undefined : error.cause],
    ["code", error.code],
  ];
  return [
    head,
    ...(options.excerpt ? excerpt(error.where, colors) : []),
    ...rows.flatMap(([label, text]) =>
      text === undefined ? [] : [`  ${colors.dim(label.padEnd(9))}${indent(text)}`],
    ),
    ...(options.debug && error.stack !== undefined ? [colors.dim(error.stack)] : []),
  ].join("\n");
}

/** `config/config_train.json:57:16  train.loss.args.smooth`, with the parts that are known. */
export function formatPlace(where: Where, cwd: string): string {
  const { file, line, column, configPath } = where;
  const position = line === undefined ? "" : column === undefined ? `:${line}` : `:${line}:${column}`;
  const parts = [
    file === undefined ? "" : `${shortPath(file, cwd)}${position}`,
    configPath ?? "",
    where.case === undefined ? "" : `case ${where.case}`,
    where.field === undefined ? "" : `field ${where.field}`,
  ];
  return parts.filter((part) => part !== "").join("  ");
}

function shortPath(file: string, cwd: string): string {
  const short = relative(cwd, file);
  return short.startsWith("..") || isAbsolute(short) ? file : short;
}

const indent = (text: string): string => text.replaceAll("\n", `\n${" ".repeat(11)}`);

/** The line with a caret under the fault; nothing when the file cannot be read any more. */
function excerpt({ file, line, column }: Where, colors: Colors): string[] {
  if (file === undefined || line === undefined) return [];
  const text = lineOf(file, line);
  if (text === undefined) return [];
  const from = Math.max(0, (column ?? 1) - 60);
  const part = text.slice(from, from + 100).replaceAll("\t", " ");
  const number = `${line}`.padStart(6);
  const rows = [`${colors.dim(`${number} |`)} ${part}`];
  if (column !== undefined)
    rows.push(
      `${colors.dim(`${" ".repeat(6)} |`)} ${" ".repeat(column - 1 - from)}${colors.red("^".repeat(tokenLength(part, column - 1 - from)))}`,
    );
  return rows;
}

/** Length of the JSON token that starts at `from`: a string, a word, or one sign. */
const tokenLength = (text: string, from: number): number =>
  /^(?:"(?:[^"\\]|\\.)*"|[\w.+-]+)/.exec(text.slice(from))?.[0].length ?? 1;

function lineOf(file: string, line: number): string | undefined {
  try {
    if (statSync(file).size > excerptBytes) return undefined;
    return readFileSync(file, "utf8").split(/\r\n|\n|\r/)[line - 1];
  } catch {
    return undefined;
  }
}
