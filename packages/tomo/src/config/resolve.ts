import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError, type Where } from "../errors/tomo_error.ts";
import type { Json, JsonObject } from "./source/json.ts";
import type { ConfigPath } from "./source/path.ts";
import { type At, readSource, type Source } from "./source/read.ts";
import { gatherVariables, isVariable, type LayerValue, type Variables } from "./variables/layers.ts";
import { readSetOption, type SetOption } from "./variables/set_option.ts";
import { type PlaceholderFault, substitute } from "./variables/substitute.ts";

export interface ConfigOptions {
  /** Root folder of the MMAR. */
  readonly mmar: string;
  /** Relative to the MMAR, or absolute. */
  readonly config: string;
  /** Relative to the MMAR, or absolute; left out: config/environment.json, which then may be absent. */
  readonly environment?: string;
  readonly set?: SetOption;
  /** Values of the weakest layer, for a workflow's own defaults. */
  readonly defaults?: Readonly<Record<string, Json>>;
  /** Relative data paths are looked up here first; default `process.cwd()`. */
  readonly cwd?: string;
}

/** A config with its variables applied, that still knows where everything came from. */
export interface ResolvedConfig {
  /** Absolute. */
  readonly mmar: string;
  readonly cwd: string;
  readonly source: Source;
  readonly environment: Source | null;
  readonly variables: Variables;
  /** The tree after overrides and substitution. */
  readonly value: JsonObject;
  readonly faults: readonly PlaceholderFault[];
  /** Variables that a value was made from, by formatted path. */
  readonly uses: ReadonlyMap<string, readonly string[]>;
  /** Place of a value: in the layer that gave it where that is not the config. */
  readonly where: (path: ConfigPath, at?: At) => Where;
}

export const defaultEnvironment = "config/environment.json";

/**
 * Reads config and environment, layers the variables and replaces placeholders.
 * @throws TomoError TOMO_CONFIG_MISSING, TomoErrors TOMO_JSON_SYNTAX, TOMO_DUPLICATE_KEY.
 */
export function resolveConfig(options: ConfigOptions): ResolvedConfig {
  const cwd = options.cwd ?? process.cwd();
  const mmar = resolve(cwd, options.mmar);
  const set = readSetOption(options.set ?? []);
  const source = readSource(findConfig(mmar, options.config));
  const environment = readEnvironment(mmar, options.environment);
  const defaults = { ...folderDefaults, MMAR_ROOT: mmar, ...options.defaults };
  const variables = gatherVariables({ set, environment, config: source, defaults, mmar, cwd });
  const tree = override(source.value, variables);
  const { value, faults, uses } = substitute(tree, (name) => variables.get(name)?.value);
  const where = (path: ConfigPath, at?: At): Where => {
    const layer = overridingLayer(path, source, variables);
    if (layer === undefined) return source.where(path, at);
    return layer.layer === "environment" ? environment!.where(path, at) : layer.where;
  };
  return { mmar, cwd, source, environment, variables, value, faults, uses, where };
}

/** Folders and list that a run uses when no layer names others. */
export const folderDefaults = {
  MMAR_CKPT_DIR: "models",
  MMAR_EVAL_OUTPUT_PATH: "eval",
  DATA_LIST_KEY: "validation",
};

/** Top-level values of the config take the variable's value: `--set epochs=2` replaces `"epochs": 1250`. */
const override = (tree: JsonObject, variables: Variables): JsonObject =>
  Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      name,
      isVariable(name, value) ? (variables.get(name)?.value ?? value) : value,
    ]),
  );

/** The layer above the config that gives the first step of the path, if there is one. */
function overridingLayer(path: ConfigPath, source: Source, variables: Variables): LayerValue | undefined {
  const name = String(path[0]);
  const own = source.value[name];
  if (own !== undefined && !isVariable(name, own)) return undefined;
  const winner = variables.get(name)?.layers[0];
  return winner?.layer === "set" || winner?.layer === "environment" ? winner : undefined;
}

function readEnvironment(mmar: string, given: string | undefined): Source | null {
  const file = resolve(mmar, given ?? defaultEnvironment);
  if (given === undefined && !existsSync(file)) return null;
  return readSource(findConfig(mmar, given ?? defaultEnvironment));
}

function findConfig(mmar: string, config: string): string {
  const file = resolve(mmar, config);
  if (isFile(file)) return file;
  if (!existsSync(mmar))
    throw new TomoError("TOMO_CONFIG_MISSING", "there is no such MMAR folder", {
      where: { file: mmar },
      hint: "-m names the folder that holds config/, relative to the working directory",
    });
  throw new TomoError("TOMO_CONFIG_MISSING", `the MMAR has no ${config}`, {
    where: { file },
    hint: otherConfigs(mmar, file),
  });
}

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** The nearest file in the folder of the absent one, or all JSON files there. */
function otherConfigs(mmar: string, file: string): string {
  const folder = existsSync(dirname(file)) ? dirname(file) : join(mmar, "config");
  if (!existsSync(folder)) return `${mmar} has no folder config; give the MMAR with -m`;
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const found = names.map((name) => relative(mmar, join(folder, name))).join(", ") || "no JSON file";
  return didYouMean(basename(file), names) ?? `${relative(mmar, folder) || "the MMAR"} holds ${found}`;
}
