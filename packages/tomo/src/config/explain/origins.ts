import type { Where } from "../../errors/tomo_error.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { isList, isObject, type Json } from "../source/json.ts";
import { type ConfigPath, formatPath, isBelow } from "../source/path.ts";
import type { Origin, VariableOrigins } from "./explanation.ts";

/** The value below a path, or undefined. */
export function below(value: Json | undefined, path: ConfigPath): Json | undefined {
  let at = value;
  for (const step of path) {
    if (isList(at)) at = typeof step === "number" ? at[step] : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

/** What the config itself has at a path: its text before placeholders, or nothing. */
export function configOrigin(resolved: ResolvedConfig, path: ConfigPath): Origin | undefined {
  const found = written(resolved.source.value, path);
  if (found === undefined) return undefined;
  const broughtIn = found.path.length < path.length;
  if (broughtIn && below(resolved.value, path) === undefined) return undefined;
  const names = resolved.uses.get(formatPath(found.path)) ?? [];
  return {
    layer: "config",
    value: found.value,
    where: resolved.source.where(found.path),
    state: "wins",
    variables: [...new Set(names)].map((name) => variableOrigins(resolved, name)),
  };
}

/** The value at a path as the file has it; a string on the way is a placeholder that brings in what lies below. */
function written(root: Json, path: ConfigPath): { value: Json; path: ConfigPath } | undefined {
  for (let length = 1; length <= path.length; length++) {
    const value = below(root, path.slice(0, length));
    if (value === undefined) return undefined;
    if (length === path.length || typeof value === "string") return { value, path: path.slice(0, length) };
  }
  return { value: root, path };
}

/** Whether the value at a path is a whole placeholder that no variable replaces. */
export const isUndefined = ({ faults }: ResolvedConfig, path: ConfigPath): boolean =>
  faults.some(({ path: at, problem }) => isBelow(path, at) && problem.type === "undefined" && problem.whole);

/** A variable as the layers name it; without any when nothing does. */
export function variableOrigins({ variables }: ResolvedConfig, name: string): VariableOrigins {
  const variable = variables.get(name);
  if (variable === undefined) return { name, value: null, origins: [] };
  const origins = variable.layers.map(
    ({ layer, value, where }, index): Origin => ({
      layer,
      value,
      where: layer === "default" ? {} : where,
      ...(layer === "default" ? { by: name === "MMAR_ROOT" ? "-m" : "Tomo" } : {}),
      state: index === 0 ? "wins" : "shadowed",
      variables: [],
    }),
  );
  return { name, value: variable.value, origins };
}

export const defaultOrigin = (value: Json, by: string, state: Origin["state"] = "wins"): Origin => ({
  layer: "default",
  value,
  where: {},
  by,
  state,
  variables: [],
});

/** A value of the process environment. */
export const processOrigin = (name: string, value: string, state: Origin["state"]): Origin => ({
  layer: "process",
  value,
  where: { configPath: name } satisfies Where,
  state,
  variables: [],
});
