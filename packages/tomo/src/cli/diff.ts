import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { componentsFor } from "../components/own/lookup.ts";
import { registry } from "../components/registry.ts";
import { type Difference, diffConfigs } from "../config/diff/diff.ts";
import { type Side, sideOfResolved, sideOfSource } from "../config/diff/side.ts";
import { type ResolvedConfig, resolveConfig } from "../config/resolve.ts";
import { readSource, type Source } from "../config/source/read.ts";
import { requireWorkflow, workflowKindOf } from "../config/workflow_kind.ts";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { diffText } from "./diff_text.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";
import { ownRecords, tellOwn } from "./own_text.ts";

export interface DiffOptions extends CommonOptions {
  readonly mmar?: string;
  readonly environment?: string;
}

/**
 * Prints in what two configs mean something else.
 * @returns 0 when they mean the same, 1 when not, as diff(1) does.
 * @throws TomoErrors, TomoError: whatever is wrong with the files, of both at once.
 */
export async function diffCommand(a: string, b: string, options: DiffOptions, io: Io): Promise<number> {
  const [left, right] = both(
    () => readConfig(a, options, io),
    () => readConfig(b, options, io),
  );
  const sides = [await sideOf(left, io), await sideOf(right, io)] as const;
  const differences = diffConfigs(...sides);
  const files = { a: sides[0].file, b: sides[1].file };
  if (options.json) io.out(`${JSON.stringify(jsonOf(sides, differences), null, 2)}\n`);
  else {
    sides.forEach(({ lookup }, n) => {
      tellOwn(lookup, io, n === 0 ? "A " : "B ");
    });
    io.out(diffText(differences, { given: [a, b], kinds: kindsOf(...sides), files, io }));
  }
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

const jsonOf = ([a, b]: readonly [Side, Side], differences: readonly Difference[]): unknown => ({
  type: "diff",
  a: a.file,
  b: b.file,
  equal: differences.length === 0,
  differences,
  ...([a, b].some(({ lookup }) => lookup.ownPaths !== undefined)
    ? { ownComponents: { a: ownRecords(a.lookup), b: ownRecords(b.lookup) } }
    : {}),
});

type Read = { readonly source: Source; readonly resolved: ResolvedConfig | null };

/** A config file; with -m or -e as a run would see it. */
function readConfig(given: string, { mmar, environment }: DiffOptions, io: Io): Read {
  const here = resolve(io.cwd, given);
  const isAlone = mmar === undefined && environment === undefined;
  const resolved = isAlone
    ? null
    : resolveConfig({
        mmar: mmar ?? ".",
        config: existsSync(here) ? here : given,
        environment,
        cwd: io.cwd,
      });
  const source = resolved?.source ?? readSource(here);
  requireWorkflow(source);
  return { source, resolved };
}

/** With the components that the config names by `path`, from its MMAR: that of -m, else the one whose `config` it lies in. */
async function sideOf({ source, resolved }: Read, { cwd }: Io): Promise<Side> {
  if (resolved !== null) return sideOfResolved(resolved, await componentsFor(resolved));
  const folder = dirname(source.file);
  const isInMmar = basename(folder) === "config";
  const home = { value: source.value, mmar: dirname(folder), cwd };
  return sideOfSource(source, isInMmar ? await componentsFor(home) : registry);
}

/** Runs two steps; what both throw is thrown together. */
function both<T>(first: () => T, second: () => T): [T, T] {
  const errors: TomoError[] = [];
  const done: T[] = [];
  for (const step of [first, second])
    try {
      done.push(step());
    } catch (error) {
      if (error instanceof TomoErrors) errors.push(...error.errors);
      else if (error instanceof TomoError) errors.push(error);
      else throw error;
    }
  if (errors.length > 0) throw new TomoErrors(errors);
  return done as [T, T];
}
