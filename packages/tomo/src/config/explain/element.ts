import { indicesOf } from "../check/refs.ts";
import { type Place, places } from "../places.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { isList, isObject, type Json, type JsonObject } from "../source/json.ts";
import { type ConfigPath, formatPath, isBelow } from "../source/path.ts";
import { below } from "./origins.ts";

/** The element of a component that a path leads to. */
export interface Located {
  readonly place: Place;
  /** Path of the element; of the training transform that a `ref` means. */
  readonly path: ConfigPath;
  /** null: the config names none, and the workflow takes its own. */
  readonly element: JsonObject | null;
  /** Steps below the element. */
  readonly rest: ConfigPath;
  readonly remarks: readonly string[];
}

/** The place of the workflow at or above a path. */
export const placeOf = (path: ConfigPath): Place | undefined =>
  places.find((place) => isBelow(path, place.path));

/**
 * Follows a path to a component: into lists by index, class name or alias, into candidates to the enabled one, through
 * `ref` to its target. Undefined where it leads to no element.
 */
export function locate(resolved: ResolvedConfig, path: ConfigPath): Located | undefined {
  const place = placeOf(path);
  if (place === undefined) return undefined;
  const value = below(resolved.value, place.path);
  const rest = path.slice(place.path.length);
  if (isList(value)) return inList(resolved, place, value, rest);
  if (value === undefined || value === null) return implied(place, rest);
  return isObject(value)
    ? through(resolved, { place, path: place.path, element: value, rest, remarks: [] })
    : undefined;
}

function inList(
  resolved: ResolvedConfig,
  place: Place,
  list: readonly Json[],
  rest: ConfigPath,
): Located | undefined {
  const [step, ...after] = rest;
  if (step === undefined) return undefined;
  const chosen = choose(place, list, step);
  const element = chosen === undefined ? undefined : list[chosen.index];
  if (chosen === undefined || !isObject(element)) return undefined;
  const path = [...place.path, chosen.index];
  const remarks = chosen.steps === 1 && typeof step === "number" ? [] : [`${formatPath(path)} is meant`];
  return through(resolved, { place, path, element, rest: chosen.steps === 1 ? after : rest, remarks });
}

/** The entry that a step means, and how many steps of the path say so. */
function choose(
  { holds }: Place,
  list: readonly Json[],
  step: string | number,
): { index: number; steps: 0 | 1 } | undefined {
  if (typeof step === "number") return { index: step, steps: 1 };
  const [named, ...others] = indicesOf(list, step);
  if (named !== undefined && others.length === 0) return { index: named, steps: 1 };
  const enabled = list.flatMap((item, index) => (isObject(item) && item.disabled !== true ? [index] : []));
  const [only, ...more] = enabled;
  return holds === "candidates" && only !== undefined && more.length === 0
    ? { index: only, steps: 0 }
    : undefined;
}

/** Clara trains with Adam when the config names no optimizer. */
function implied(place: Place, rest: ConfigPath): Located | undefined {
  if (formatPath(place.path) !== "train.optimizer") return undefined;
  const remarks = ["the config names no optimizer, so it is Adam"];
  return { place, path: place.path, element: null, rest, remarks };
}

function through(resolved: ResolvedConfig, located: Located): Located {
  const ref = located.element?.ref;
  if (typeof ref !== "string" || located.rest[0] === "ref") return located;
  const section = ["train", "pre_transforms"];
  const list = below(resolved.value, section);
  const [index, ...others] = indicesOf(list, ref);
  const element = index === undefined ? undefined : below(list, [index]);
  if (index === undefined || others.length > 0 || !isObject(element)) return located;
  const path = [...section, index];
  const remark = `${formatPath(located.path)} re-uses ${formatPath(path)} by its ref "${ref}"`;
  return { ...located, path, element, remarks: [...located.remarks, remark] };
}
