import { nearest } from "../../errors/nearest.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { type ComponentLookup, declaredBy, splitName } from "../component_spec.ts";
import { knownVariables } from "../known_variables.ts";
import { placesOf } from "../places.ts";
import { isList, isObject, type Json, type JsonObject } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import { jsonSchemaOf } from "../type_text.ts";
import { locate, placeOf } from "./element.ts";
import { below } from "./origins.ts";
import type { VariableContext } from "./variables.ts";

/** Says what there is in place of a path that leads nowhere: the nearest key, or where else the name stands. */
export function unknownPath(context: VariableContext, path: ConfigPath, lookup: ComponentLookup): TomoError {
  const known = knownPart(context, path, lookup);
  const at = path.slice(0, known);
  const step = path[known] ?? "";
  const keys = keysAt(context, at, lookup);
  const near = typeof step === "number" ? undefined : nearest(step, keys);
  const elsewhere = placesNamed(context.resolved.value, String(path.at(-1)));
  const count = countOf(below(context.resolved.value, at));
  return new TomoError("TOMO_USAGE", `there is no ${stepText(step)}`, {
    where: context.resolved.where(at),
    given: formatPath(path),
    expected: expectedText(step, count, elsewhere.length > 0 ? [] : keys),
    hint:
      near === undefined
        ? elsewhereText(path, elsewhere)
        : didYouMean([...at, near, ...path.slice(known + 1)]),
  });
}

const didYouMean = (path: ConfigPath): string => `did you mean "${formatPath(path)}"?`;

const elsewhereText = (path: ConfigPath, found: readonly string[]): string | undefined =>
  found.length === 0 ? undefined : `${path.at(-1)} stands at ${found.slice(0, 3).join(", ")}`;

const expectedText = (step: string | number, count: string | undefined, keys: readonly string[]) =>
  typeof step === "number" && count !== undefined ? count : shortList(keys);

const stepText = (step: string | number): string =>
  typeof step === "number" ? `entry ${step}` : `"${step}"`;

const countOf = (value: Json | undefined): string | undefined =>
  isList(value) ? (value.length === 0 ? "the list is empty" : `0 to ${value.length - 1}`) : undefined;

/** How many steps of the path exist. */
function knownPart(context: VariableContext, path: ConfigPath, lookup: ComponentLookup): number {
  for (let length = path.length - 1; length > 0; length--) {
    const at = path.slice(0, length);
    if (below(context.resolved.value, at) !== undefined || keysAt(context, at, lookup).length > 0)
      return length;
  }
  return 0;
}

/** What can follow a path: keys that are there, and those that have a meaning there. */
function keysAt(context: VariableContext, path: ConfigPath, lookup: ComponentLookup): readonly string[] {
  const { resolved, workflow } = context;
  const value = below(resolved.value, path);
  const own = isObject(value) ? Object.keys(value) : [];
  const meant = path.length === 0 ? [...resolved.variables.keys(), ...knownVariables(workflow).keys()] : [];
  const parts = placesOf(workflow).flatMap((place) =>
    place.path.length === path.length + 1 && path.every((step, at) => step === place.path[at])
      ? [place.path[path.length] ?? ""]
      : [],
  );
  const names = isList(value) && placeOf(path) !== undefined ? value.flatMap(namesOf) : [];
  const args = argumentNames(context, path, lookup);
  return [...new Set([...own, ...parts, ...meant, ...names, ...args])].filter((key) => key !== "$schema");
}

function argumentNames({ resolved }: VariableContext, path: ConfigPath, lookup: ComponentLookup): string[] {
  const located = locate(resolved, path);
  if (located === undefined || located.rest.length !== 1 || located.rest[0] !== "args") return [];
  const declaration = declaredBy(lookup, located.place.kind, located.element ?? { name: "Adam" });
  return declaration === undefined
    ? []
    : Object.keys((jsonSchemaOf(declaration.args).properties ?? {}) as JsonObject);
}

const namesOf = (element: Json): string[] =>
  isObject(element) && typeof element.name === "string" ? [element.name] : [];

/** Paths of the tree that end with a key, or where a component has this name. */
function placesNamed(tree: JsonObject, wanted: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: Json, path: ConfigPath): void => {
    if (isList(value)) for (const [index, item] of value.entries()) visit(item, [...path, index]);
    if (!isObject(value)) return;
    if (typeof value.name === "string" && path.length > 0 && splitName(value.name).name === wanted)
      found.push(formatPath(path));
    for (const [key, item] of Object.entries(value)) {
      if (key === wanted) found.push(formatPath([...path, key]));
      visit(item, [...path, key]);
    }
  };
  visit(tree, []);
  return found;
}

/** At most a line. */
function shortList(keys: readonly string[]): string | undefined {
  if (keys.length === 0) return undefined;
  const shown = keys.slice(0, 12).join(", ");
  return keys.length > 12 ? `${shown}, …` : shown;
}
