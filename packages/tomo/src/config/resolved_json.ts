import { scalarVariables } from "./globals.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { isList, isObject, type Json, type JsonObject } from "./source/json.ts";
import { formatPath } from "./source/path.ts";
import { isVariable } from "./variables/layers.ts";
import { escapeBraces } from "./variables/substitute.ts";

/**
 * The config as it ran, to be written beside the results: every variable as a top-level value, every placeholder
 * replaced. Read as a config without environment and `--set` it gives the same run.
 */
export function resolvedJson(resolved: ResolvedConfig): JsonObject {
  const undefinedPaths = new Set(
    resolved.faults
      .filter(({ problem }) => problem.type === "undefined" && problem.whole)
      .map(({ path }) => formatPath(path)),
  );
  const clean = (value: Json, path: readonly (string | number)[]): Json => {
    if (typeof value === "string") return escapeBraces(value);
    if (isList(value)) return value.map((item, index) => clean(item, [...path, index]));
    return isObject(value) ? cleanObject(value, path) : value;
  };
  const cleanObject = (value: JsonObject, path: readonly (string | number)[]): JsonObject =>
    Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, item, [...path, key]] as const)
        .filter(([, , at]) => !undefinedPaths.has(formatPath(at)))
        .map(([key, item, at]) => [key, clean(item, at)]),
    );
  const sections = Object.fromEntries(
    Object.entries(resolved.value).filter(([name, value]) => !isVariable(name, value)),
  );
  return { ...cleanObject(scalarVariables(resolved), []), ...cleanObject(sections, []) };
}
