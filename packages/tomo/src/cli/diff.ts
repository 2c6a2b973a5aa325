import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { registry } from "../components/registry.ts";
import { type Difference, diffConfigs } from "../config/diff/diff.ts";
import { type Side, sideOfResolved, sideOfSource } from "../config/diff/side.ts";
import { resolveConfig } from "../config/resolve.ts";
import { readSource } from "../config/source/read.ts";
import { requireWorkflow, workflowKindOf } from "../config/workflow_kind.ts";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { diffText } from "./diff_text.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

export interface DiffOptions extends CommonOptions {
  readonly mmar?: string;
  readonly environment?: string;
}

/**
 * Prints in what two configs mean something else.
 * @returns 0 when they mean the same, 1 when not, as diff(1) does.
 * @throws TomoErrors, TomoError: whatever is wrong with the files, of both at once.
 */
export function diffCommand(a: string, b: string, options: DiffOptions, io: Io): number {
  const [left, right] = both(
    () => sideOf(a, options, io),
    () => sideOf(b, options, io),
  );
  const differences = diffConfigs(left, right, registry);
  const files = { a: left.file, b: right.file };
  if (options.json) io.out(`${JSON.stringify(jsonOf(files, differences), null, 2)}\n`);
  else io.out(diffText(differences, { given: [a, b], kinds: kindsOf(left, right), files, io }));
  return differences.length === 0 ? 0 : 1;
}

function kindsOf(left: Side, right: Side): [string, string] | null {
  const words = { train: "training", validate: "validation" } as const;
  const [a, b] = [left, right].map(({ value }) => words[workflowKindOf(value) ?? "train"]) as [
    string,
    string,
  ];
  return a === b ? null : [a, b];
}

const jsonOf = (files: { a: string; b: string }, differences: readonly Difference[]): unknown => ({
  type: "diff",
  ...files,
  equal: differences.length === 0,
  differences,
});

/** A config file; with -m or -e as a run would see it. */
function sideOf(given: string, { mmar, environment }: DiffOptions, io: Io): Side {
  const here = resolve(io.cwd, given);
  if (mmar === undefined && environment === undefined) {
    const source = readSource(here);
    requireWorkflow(source);
    return sideOfSource(source);
  }
  const resolved = resolveConfig({
    mmar: mmar ?? ".",
    config: existsSync(here) ? here : given,
    environment,
    cwd: io.cwd,
  });
  requireWorkflow(resolved.source);
  return sideOfResolved(resolved);
}

/** Runs two steps; what both throw is thrown together. */
function both(first: () => Side, second: () => Side): [Side, Side] {
  const errors: TomoError[] = [];
  const sides: Side[] = [];
  for (const step of [first, second])
    try {
      sides.push(step());
    } catch (error) {
      if (error instanceof TomoErrors) errors.push(...error.errors);
      else if (error instanceof TomoError) errors.push(error);
      else throw error;
    }
  if (errors.length > 0) throw new TomoErrors(errors);
  return sides as [Side, Side];
}
