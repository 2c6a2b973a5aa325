import { checkWithOwn } from "../check/check_mmar.ts";
import { bytesText } from "../check/memory.ts";
import type { FileCheck } from "../check/report.ts";
import { summaryLine } from "../check/summary_text.ts";
import { moduleText } from "../config/modules_in.ts";
import { formatErrors, formatWarning } from "../errors/format.ts";
import { reportOf, sortByPosition } from "../errors/report.ts";
import { type TomoError, TomoErrors } from "../errors/tomo_error.ts";
import type { DeepCheck } from "../workflows/deep_check/index.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

export interface CheckOptions extends CommonOptions {
  readonly mmar: string;
  readonly config?: readonly string[];
  readonly environment?: string;
  readonly set?: readonly string[];
  readonly deep?: boolean;
}

/** What is printed of one config. */
interface Checked extends FileCheck {
  readonly deep: DeepCheck | null;
}

/** Warnings that are printed. */
const shown = 20;

/** Prints what is wrong with the workflow configs of an MMAR; 0 where that is nothing, 3 for the config, 4 for data. */
export async function check(options: CheckOptions, io: Io): Promise<number> {
  const { mmar, config: configs, environment, set } = options;
  const world = { mmar, environment, set, cwd: io.cwd };
  const found = await checkWithOwn({ ...world, configs });
  const files: Checked[] = [];
  for (const file of found)
    files.push(options.deep === true ? await deepened(file, world, options, io) : { ...file, deep: null });
  const errors = distinct(
    sortByPosition(files.flatMap((file) => file.errors)),
    ({ code, message, where }) => [code, message, where],
  );
  const exit = errors.length === 0 ? 0 : reportOf(new TomoErrors(errors)).exit;
  io.out(
    options.json
      ? `${JSON.stringify({ exit, files: files.map(plain) }, null, 2)}\n`
      : text(files, errors, io),
  );
  return exit;
}

/** With what a trial of the config found; one that is faulty is not tried. */
async function deepened(
  file: FileCheck,
  world: Pick<CheckOptions, "mmar" | "environment" | "set"> & { readonly cwd: string },
  { json, quiet }: CheckOptions,
  io: Io,
): Promise<Checked> {
  if (file.kind === null || file.errors.length > 0) return { ...file, deep: null };
  const { deepCheck } = await import("../workflows/deep_check/index.ts");
  const tell = (what: string) => (json || quiet ? undefined : io.err(`${what} …\n`));
  const defaults = { do_validation: true };
  const { errors, ...deep } = await deepCheck(file.kind, { ...world, config: file.file, defaults }, tell);
  return { ...file, errors: sortByPosition(errors), deep };
}

/** The first of each; files that several configs share, such as environment.json, have the same faults in all of them. */
function distinct<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[] {
  const first = new Map<string, Item>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}

const plain = ({ file, kind, errors, warnings, ownComponents, summary, deep }: Checked) => ({
  file,
  kind,
  errors: errors.length === 0 ? [] : reportOf(new TomoErrors(errors)).errors,
  warnings,
  ownComponents,
  summary,
  ...(deep === null ? {} : { deep }),
});

function text(files: readonly Checked[], errors: readonly TomoError[], io: Io): string {
  const color = io.outTerminal;
  const options = { cwd: io.cwd, color, excerpt: color, debug: false };
  // data that is not here is missed by every config that names it
  const warnings = distinct(
    sortByPosition(files.flatMap((file) => file.warnings)),
    ({ code, message, where }) => (code === "TOMO_DATA_ABSENT" ? message : [message, where]),
  ).map((one) => formatWarning(one, options));
  const hidden = warnings.length - shown;
  const blocks = [
    ...(errors.length === 0 ? [] : formatErrors(reportOf(new TomoErrors(errors)).errors, options)),
    ...warnings.slice(0, shown),
    ...(hidden > 0 ? [`… and ${hidden} more warnings (--json lists all)`] : []),
  ];
  const summary = files
    .map((file) => [summaryLine(file, io.cwd), ...ownLines(file), ...deepLines(file.deep)].join("\n"))
    .join("\n");
  return `${[...blocks, summary].join("\n\n")}\n`;
}

const ownLines = ({ ownComponents }: FileCheck): string[] =>
  ownComponents.map((module) => `  own component ${moduleText(module)}`);

function deepLines(deep: DeepCheck | null): string[] {
  if (deep === null) return [];
  const trials = deep.trials.map(({ what, seconds, peak, result }) =>
    [
      `  ${what}: ${seconds.toFixed(seconds < 10 ? 2 : 0)} s`,
      ...(peak === null ? [] : [`${bytesText(peak)} at most`]),
      ...(result === null ? [] : [result]),
    ].join(", "),
  );
  return [...trials, ...deep.notes.map((note) => `  note: ${note}`)];
}
