import { type ComponentLookup, declaredBy } from "../component_spec.ts";
import { places } from "../places.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { sectionDocs } from "../section_docs.ts";
import { isList, isObject, type Json, own } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import { placeOf } from "./element.ts";
import type { Entry, Explanation } from "./explanation.ts";
import { below, configOrigin } from "./origins.ts";

/** A section with its parts, a list of components with its entries, or any other value of the tree. */
export function explainSection(
  resolved: ResolvedConfig,
  path: ConfigPath,
  lookup: ComponentLookup,
): Explanation | undefined {
  const value = below(resolved.value, path);
  const doc = own(sectionDocs, formatPath(path));
  if (value === undefined && doc === undefined) return undefined;
  const origin = configOrigin(resolved, path);
  const isSection = doc !== undefined;
  const isKept = path.some((step) => typeof step === "string" && /^_|^search$|^apply$/.test(step));
  const remarks = [
    ...(value === undefined ? ["the config does not have it"] : []),
    ...(isKept ? ["people and AutoML keep it; a run ignores it"] : []),
    ...(isObject(value) && value.disabled === true ? ["it is disabled, so it takes no part in the run"] : []),
  ];
  return {
    path: formatPath(path),
    about: isSection ? "section" : "value",
    value: value ?? null,
    valueType: isSection ? "section" : "",
    description: doc?.description ?? "",
    remarks,
    origins: origin === undefined ? [] : [origin],
    component: null,
    entries: isSection ? partsOf(resolved, path, lookup) : [],
    usedBy: [],
  };
}

function partsOf(resolved: ResolvedConfig, path: ConfigPath, lookup: ComponentLookup): Entry[] {
  const value = below(resolved.value, path);
  if (placeOf(path) !== undefined)
    return (isList(value) ? value : []).map((_, index) => part(resolved, [...path, index], lookup));
  return places
    .filter(
      (place) => place.path.length === path.length + 1 && path.every((step, at) => place.path[at] === step),
    )
    .map((place) => part(resolved, place.path, lookup));
}

/** A component, or a list of them, in one line. */
function part(resolved: ResolvedConfig, path: ConfigPath, lookup: ComponentLookup): Entry {
  const value = below(resolved.value, path);
  const origin = configOrigin(resolved, path);
  const name = path.at(-1);
  return {
    path: formatPath(path),
    name: typeof name === "number" ? `[${name}]` : String(name),
    value: isList(value) ? value.map(nameOf) : value === undefined || value === null ? null : nameOf(value),
    valueType: isList(value) ? "list" : "component",
    description: descriptionOf(path, value, lookup),
    required: own(sectionDocs, formatPath(path))?.required ?? false,
    origins: origin === undefined ? [] : [origin],
  };
}

function nameOf(value: Json): Json {
  if (!isObject(value)) return value;
  const name = value.name ?? value.path ?? (typeof value.ref === "string" ? `ref ${value.ref}` : null);
  return value.disabled === true && typeof name === "string" ? `${name} (disabled)` : name;
}

function descriptionOf(path: ConfigPath, value: Json | undefined, lookup: ComponentLookup): string {
  const kind = placeOf(path)?.kind;
  const declaration = isObject(value) && kind !== undefined ? declaredBy(lookup, kind, value) : undefined;
  return declaration?.summary ?? own(sectionDocs, formatPath(path))?.description ?? "";
}
