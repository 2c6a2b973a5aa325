import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { Where } from "../../errors/tomo_error.ts";
import { isObject, type Json } from "../source/json.ts";
import type { Source } from "../source/read.ts";

/** Where a value came from, strongest first. */
export const layers = ["set", "environment", "config", "default"] as const;
export type Layer = (typeof layers)[number];

/** A value that one layer gives to a variable. */
export interface LayerValue {
  readonly layer: Layer;
  /** As written, before folders are joined. */
  readonly value: Json;
  readonly where: Where;
}

export interface Variable {
  readonly name: string;
  /** The strongest layer's value; folders are absolute. */
  readonly value: Json;
  /** Every layer that names the variable, the winner first. */
  readonly layers: readonly [LayerValue, ...LayerValue[]];
}
export type Variables = ReadonlyMap<string, Variable>;

export interface VariableInput {
  readonly set: ReadonlyMap<string, Json>;
  readonly environment: Source | null;
  readonly config: Source;
  readonly defaults: Readonly<Record<string, Json>>;
  /** Absolute. */
  readonly mmar: string;
  readonly cwd: string;
}

/** Gathers the variables of all layers: --set > environment.json > top-level values of the config > defaults. */
export function gatherVariables(input: VariableInput): Variables {
  const found = new Map<string, [LayerValue, ...LayerValue[]]>();
  for (const layer of layers)
    for (const [name, value, where] of entriesOf(layer, input)) {
      const known = found.get(name);
      const entry: LayerValue = { layer, value, where };
      if (known === undefined) found.set(name, [entry]);
      else known.push(entry);
    }
  return new Map(
    [...found].map(([name, values]) => [
      name,
      { name, value: joinFolder(name, values[0].value, input), layers: values },
    ]),
  );
}

/** First-level entries that are variables: scalars, and the whole section `determinism`. */
export const isVariable = (name: string, value: Json): boolean =>
  name !== "$schema" && (["string", "number", "boolean"].includes(typeof value) || isSection(name, value));

const isSection = (name: string, value: Json): boolean => name === "determinism" && isObject(value);

function entriesOf(layer: Layer, input: VariableInput): [string, Json, Where][] {
  if (layer === "set")
    return [...input.set].map(([name, value]) => [name, value, { configPath: `--set ${name}` }]);
  if (layer === "default")
    return Object.entries(input.defaults).map(([name, value]) => [name, value, { configPath: name }]);
  const source = layer === "environment" ? input.environment : input.config;
  if (source === null) return [];
  // environment.json holds nothing but variables, so any value but null counts there
  const counts = layer === "environment" ? (_: string, value: Json) => value !== null : isVariable;
  return Object.entries(source.value)
    .filter(([name, value]) => counts(name, value))
    .map(([name, value]) => [name, value, source.where([name])]);
}

/** `MMAR_…` variables are relative to the MMAR; the data may lie in the working directory or in the MMAR. */
function joinFolder(name: string, value: Json, { mmar, cwd }: VariableInput): Json {
  if (typeof value !== "string" || value === "") return value;
  if (name.startsWith("MMAR_")) return resolve(mmar, value);
  return /^(DATA_ROOT|DATASET(_\w+)?_JSON)$/.test(name) ? locateData(value, { mmar, cwd }) : value;
}

/** A data path as absolute: as it is, in the working directory if it exists there, else in the MMAR. */
export function locateData(path: string, { mmar, cwd }: { mmar: string; cwd: string }): string {
  if (isAbsolute(path)) return path;
  const here = resolve(cwd, path);
  return existsSync(here) ? here : resolve(mmar, path);
}
