import { claraComponents } from "../clara_catalogue.ts";
import { type ComponentLookup, type Declaration, declaredBy, splitName } from "../component_spec.ts";
import { type Kind, kindNoun } from "../kinds.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { isObject, type Json, type JsonObject } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import { jsonSchemaOf, schemaAt, typeText } from "../type_text.ts";
import type { Located } from "./element.ts";
import type { Entry, Explanation, Origin } from "./explanation.ts";
import { below, configOrigin, defaultOrigin, isUndefined } from "./origins.ts";

/** A component with all its arguments: the element itself, or its `args`. */
export function explainComponent(
  resolved: ResolvedConfig,
  located: Located,
  lookup: ComponentLookup,
): Explanation {
  const { path, element, rest } = located;
  const { name, declaration } = declarationOf(located, lookup);
  const value = below(resolved.value, [...path, ...rest]) ?? null;
  const own = element === null ? [] : [configOrigin(resolved, [...path, ...rest])];
  return {
    path: formatPath([...path, ...rest]),
    about: "component",
    value,
    valueType: kindNoun[located.place.kind].replace(/^an? /, ""),
    description: declaration?.summary ?? "",
    remarks: [...located.remarks, ...remarksOn(located, lookup)],
    origins: own.filter((origin) => origin !== undefined),
    component: { kind: located.place.kind, name, notes: declaration?.notes ?? [] },
    entries: declaration === undefined ? [] : argumentsOf(resolved, path, declaration),
    usedBy: [],
  };
}

/** One argument, or a value inside it. */
export function explainArgument(
  resolved: ResolvedConfig,
  located: Located,
  lookup: ComponentLookup,
): Explanation | undefined {
  const { name, declaration } = declarationOf(located, lookup);
  const [, argument, ...inner] = located.rest;
  if (typeof argument !== "string") return undefined;
  const schema = declaration === undefined ? undefined : schemaOf(declaration, argument);
  const path = [...located.path, "args", argument];
  if (schema === undefined && below(resolved.value, path) === undefined) return undefined;
  const entry = entryOf(resolved, path, declaration, schema ?? {});
  const value = below(entry.value, inner);
  if (value === undefined) return undefined;
  const origins = entry.origins.flatMap((origin) => inside(resolved, origin, path, inner));
  const unknown =
    declaration !== undefined && schema === undefined ? [`${name} has no argument "${argument}"`] : [];
  return {
    path: formatPath([...path, ...inner]),
    about: "argument",
    value,
    valueType: schema === undefined ? "" : typeText(schemaAt(schema, inner) ?? schema),
    description: entry.description,
    remarks: [...located.remarks, ...remarksOn(located, lookup), ...unknown, ...missing(entry)],
    origins,
    component: { kind: located.place.kind, name, notes: [] },
    entries: [],
    usedBy: [],
  };
}

function inside(resolved: ResolvedConfig, origin: Origin, path: ConfigPath, inner: ConfigPath): Origin[] {
  if (inner.length === 0) return [origin];
  if (origin.layer === "config") {
    const found = configOrigin(resolved, [...path, ...inner]);
    return found === undefined ? [] : [{ ...found, state: origin.state }];
  }
  const value = below(origin.value, inner);
  return value === undefined ? [] : [{ ...origin, value }];
}

const missing = ({ required, value }: Entry): string[] =>
  required && value === null ? ["it must be given, and is not"] : [];

function declarationOf({ place, element }: Located, lookup: ComponentLookup) {
  const given = element ?? { name: "Adam" };
  const written = typeof given.name === "string" ? given.name : "";
  return {
    name: typeof given.path === "string" ? given.path : written,
    declaration: declaredBy(lookup, place.kind, given),
  };
}

function remarksOn(located: Located, lookup: ComponentLookup): string[] {
  const { element, place } = located;
  const { name, declaration } = declarationOf(located, lookup);
  const disabled = element?.disabled === true ? ["it is disabled, so it takes no part in the run"] : [];
  if (typeof element?.path === "string") return [...disabled, "it is a class of your own, given by its path"];
  if (declaration !== undefined) return disabled;
  return [...disabled, unknownText(place.kind, splitName(name).name)];
}

function unknownText(kind: Kind, name: string): string {
  const noun = kindNoun[kind].replace(/^an? /, "");
  if (name === "") return `it has no name, so it is no ${noun}`;
  const isClaras = claraComponents[kind].includes(name);
  return isClaras ? `Tomo does not have the ${noun} ${name} yet` : `there is no ${noun} named ${name}`;
}

const schemaOf = ({ args }: Declaration, argument: string): JsonObject | undefined =>
  schemaAt(jsonSchemaOf(args), [argument]);

/** The declared arguments in their order, then those that the config gives besides. */
function argumentsOf(resolved: ResolvedConfig, path: ConfigPath, declaration: Declaration): Entry[] {
  const { properties } = jsonSchemaOf(declaration.args);
  const declared = isObject(properties) ? properties : {};
  const given = below(resolved.value, [...path, "args"]);
  const others = isObject(given) ? Object.keys(given).filter((name) => !Object.hasOwn(declared, name)) : [];
  return [...Object.keys(declared), ...others].map((name) => {
    const schema = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const entry = entryOf(resolved, [...path, "args", name], declaration, isObject(schema) ? schema : {});
    return schema === undefined
      ? { ...entry, description: `${declaration.name} has no such argument.` }
      : entry;
  });
}

function entryOf(
  resolved: ResolvedConfig,
  path: ConfigPath,
  declaration: Declaration | undefined,
  schema: JsonObject,
): Entry {
  const name = String(path.at(-1));
  const type = declaration?.args.shape[name] as
    | { safeParse: (value: undefined) => { success: boolean } }
    | undefined;
  const required = type !== undefined && !type.safeParse(undefined).success;
  const given = configOrigin(resolved, path);
  const leftOut = given !== undefined && !required && isUndefined(resolved, path);
  const value: Json | undefined = leftOut ? undefined : below(resolved.value, path);
  const own = given === undefined ? [] : [leftOut ? ({ ...given, state: "left out" } as const) : given];
  const fallback = schema.default;
  const state = value === undefined ? "wins" : "shadowed";
  const declared =
    fallback === undefined || declaration === undefined
      ? []
      : [defaultOrigin(fallback, declaration.name, state)];
  return {
    path: formatPath(path),
    name,
    value: value ?? fallback ?? null,
    valueType: Object.keys(schema).length === 0 ? "" : typeText(schema),
    description: typeof schema.description === "string" ? schema.description : "",
    required,
    origins: [...own, ...declared],
  };
}
