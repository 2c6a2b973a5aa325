import { checkMmar } from "../check/check_mmar.ts";
import type { FileCheck } from "../check/report.ts";
import { summaryLine } from "../check/summary_text.ts";
import { formatErrors, formatWarning } from "../errors/format.ts";
import { reportOf, sortByPosition } from "../errors/report.ts";
import { type TomoError, TomoErrors } from "../errors/tomo_error.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

export interface CheckOptions extends CommonOptions {
  readonly mmar: string;
  readonly config?: readonly string[];
  readonly environment?: string;
  readonly set?: readonly string[];
  readonly deep?: boolean;
}

/** Warnings that are printed in full. */
const shown = 20;

/** Prints what is wrong with the workflow configs of an MMAR; 0 where that is nothing, 3 for the config, 4 for data. */
export async function check(options: CheckOptions, io: Io): Promise<number> {
  const { mmar, config: configs, environment, set } = options;
  const files = checkMmar({ mmar, configs, environment, set, cwd: io.cwd });
  const errors = distinct(
    sortByPosition(files.flatMap((file) => file.errors)),
    ({ code, message, where }) => [code, message, where],
  );
  const { exit } = errors.length === 0 ? { exit: 0 } : reportOf(new TomoErrors(errors));
  io.out(
    options.json
      ? `${JSON.stringify({ exit, files: files.map(plain) }, null, 2)}\n`
      : text(files, errors, io),
  );
  return exit;
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

const plain = ({ file, kind, errors, warnings, summary }: FileCheck) => ({
  file,
  kind,
  errors: errors.length === 0 ? [] : reportOf(new TomoErrors(errors)).errors,
  warnings,
  summary,
});

function text(files: readonly FileCheck[], errors: readonly TomoError[], io: Io): string {
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
  const summary = files.map((file) => summaryLine(file, io.cwd)).join("\n");
  return `${[...blocks, summary].join("\n\n")}\n`;
}
