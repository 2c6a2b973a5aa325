import type { z } from "zod";
import { attributes, isIgnored } from "../check/check_element.ts";
import { labelOf } from "../check/check_own.ts";
import { indicesOf } from "../check/refs.ts";
import { type Declaration, declaredBy, splitName } from "../component_spec.ts";
import { trainGlobals, validationGlobals } from "../globals.ts";
import type { Kind } from "../kinds.ts";
import { type Place, places } from "../places.ts";
import { isList, isObject, type Json, type JsonObject, own } from "../source/json.ts";
import type { ConfigPath } from "../source/path.ts";
import { isVariable } from "../variables/layers.ts";
import { type WorkflowKind, workflowKindOf } from "../workflow_kind.ts";
import type { Side } from "./side.ts";

/** A value as it will be used: parsed by its declaration, a default where nothing is written. */
export interface Reading {
  readonly value: Json;
  /** Whether the config says it. */
  readonly written: boolean;
  readonly path: ConfigPath;
}
export type Readings = ReadonlyMap<string, Reading>;

/** An enabled component. */
export interface Part {
  /** Class name, the path of a user's own class, or the JSON of what is no component. */
  readonly name: string;
  readonly alias: string | undefined;
  /** Of the file of a user's own component that was loaded. */
  readonly sha256?: string;
  readonly args: Readings;
  /** False for the default optimizer. */
  readonly written: boolean;
  readonly path: ConfigPath;
}

/** A config reduced to what has a meaning. */
export interface Normal {
  readonly variables: Readings;
  readonly parts: ReadonlyMap<Place, readonly Part[]>;
  /** Sections without components that Tomo knows, as they stand. */
  readonly others: Readings;
}

export function normalOf(side: Side): Normal {
  return {
    variables: variablesOf(side, workflowKindOf(side.value)),
    parts: new Map(places.map((place) => [place, partsOf(side, place)])),
    others: othersOf(side),
  };
}

function variablesOf(side: Side, workflow: WorkflowKind | undefined): Readings {
  const { shape }: z.ZodObject = workflow === "train" ? trainGlobals : validationGlobals;
  const free = Object.keys(side.value).filter(
    (name) => isVariable(name, side.value[name]!) && !isIgnored(name) && !Object.hasOwn(shape, name),
  );
  const names = [...Object.keys(shape), ...free];
  return new Map(
    names.flatMap((name) => {
      const given = side.variable(name);
      const value = parsed(own(shape, name) as z.ZodType | undefined, given);
      return value === undefined ? [] : spread(name, { value, written: given !== undefined, path: [name] });
    }),
  );
}

/** The seeds of `determinism` count each for itself. */
const spread = (name: string, reading: Reading): [string, Reading][] =>
  isObject(reading.value)
    ? Object.entries(reading.value).map(([key, value]) => [
        `${name}.${key}`,
        { ...reading, value, path: [...reading.path, key] },
      ])
    : [[name, reading]];

/** The value that a declaration makes of what is given, the given where it cannot, the default of nothing. */
function parsed(type: z.ZodType | undefined, given: Json | undefined): Json | undefined {
  const result = type?.safeParse(given);
  return result?.success === true ? (result.data as Json | undefined) : given;
}

function partsOf(side: Side, { path, kind, holds }: Place): readonly Part[] {
  const section = valueAt(side.value, path);
  const elements = isList(section)
    ? section.map((value, index) => ({ value, path: [...path, index] as ConfigPath }))
    : section === undefined || section === null
      ? []
      : [{ value: section, path: path as ConfigPath }];
  const parts = elements.flatMap((element) => partOf(side, kind, element) ?? []);
  const isOptimizer = kind === "optimizers" && holds === "candidates" && isObject(side.value.train);
  return parts.length === 0 && isOptimizer ? [defaultOptimizer(side)] : parts;
}

interface Found {
  readonly value: Json;
  readonly path: ConfigPath;
}

/** Clara trains with Adam when the config names no optimizer. */
const defaultOptimizer = (side: Side): Part => ({
  name: "Adam",
  alias: undefined,
  args: argumentsOf(side, side.lookup.find("optimizers", "Adam"), {}, ["train"]),
  written: false,
  path: ["train"],
});

function partOf(side: Side, kind: Kind, { value, path }: Found): Part | undefined {
  if (!isObject(value)) return noComponent(value, path);
  if (value.disabled === true) return undefined;
  if (value.ref !== undefined && path[0] === "validate") return referred(side, value.ref, path);
  const declaration = declaredBy(side.lookup, kind, value);
  const given = isObject(value.args) ? value.args : {};
  const args = argumentsOf(side, declaration, given, [...path, "args"]);
  for (const [key, other] of Object.entries(value).filter(isUnread))
    args.set(attributes.includes(key) ? key : `${key} (beside args)`, {
      value: other,
      written: true,
      path: [...path, key],
    });
  return { ...namedBy(side, value), args, written: true, path };
}

/** How a component is known: by its class, or by its path, which has several spellings for one file. */
function namedBy(side: Side, element: JsonObject): Pick<Part, "name" | "alias" | "sha256"> {
  const { path } = element;
  const name = typeof element.name === "string" ? element.name : undefined;
  if (typeof path !== "string") return { alias: undefined, ...splitName(name ?? canonical(element)) };
  const own = side.lookup.own?.(path);
  const isLoaded = own !== undefined && "module" in own;
  const declared = isLoaded ? own.declaration.name : (path.split(/[#.]/).at(-1) ?? path);
  return {
    name: isLoaded ? own.module.path : path,
    alias: labelOf(name ?? "", declared),
    ...(isLoaded ? { sha256: own.module.sha256 } : {}),
  };
}

/** What `partOf` does not read of an element: AutoML's attributes, arguments in the wrong place. */
const isUnread = ([key, value]: readonly [string, Json]): boolean =>
  key === "args" ? value !== null && !isObject(value) : !isRead.includes(key) && !key.startsWith("_");

const isRead = ["name", "path", "disabled"];

/** Something else that stands where a component should. */
const noComponent = (value: Json, path: ConfigPath): Part => ({
  name: canonical(value),
  alias: undefined,
  args: new Map(),
  written: true,
  path,
});

/** A ref means the training transform that it names. */
function referred(side: Side, ref: Json, path: ConfigPath): Part | undefined {
  const section = valueAt(side.value, ["train", "pre_transforms"]);
  const [at, second] = typeof ref === "string" ? indicesOf(section, ref) : [];
  if (at === undefined || second !== undefined) return noComponent({ ref }, path);
  const target = { value: (section as readonly Json[])[at]!, path: ["train", "pre_transforms", at] };
  const part = partOf(side, "transforms", target);
  return part === undefined ? undefined : { ...part, path };
}

function argumentsOf(
  side: Side,
  declaration: Declaration | undefined,
  given: JsonObject,
  path: ConfigPath,
): Map<string, Reading> {
  const shape = declaration?.args.shape ?? {};
  const found = new Map<string, Reading>();
  for (const name of new Set([...Object.keys(given), ...Object.keys(shape)])) {
    const at = [...path, name];
    const isGiven = Object.hasOwn(given, name) && !side.isUnset(at);
    const value = parsed(own(shape, name) as z.ZodType | undefined, isGiven ? given[name] : undefined);
    const plain =
      declaration === undefined && name === "fields" && typeof value === "string" ? [value] : value;
    if (plain !== undefined) found.set(name, { value: plain, written: isGiven, path: at });
  }
  return found;
}

/** What stands at the top level, in `train` or in `validate` beside the components and is no variable. */
function othersOf(side: Side): Readings {
  const known = new Set(places.map(({ path }) => path.join(".")));
  const isSection = (path: readonly string[], value: Json): boolean =>
    known.has(path.join(".")) ||
    (path.length === 1 && ["train", "validate"].includes(path[0]!) && isObject(value));
  const found = new Map<string, Reading>();
  const visit = (holder: Json | undefined, above: readonly string[]): void => {
    if (!isObject(holder)) return;
    for (const [key, value] of Object.entries(holder)) {
      const path = [...above, key];
      const isMeant = above.length > 0 || !isVariable(key, value);
      if (key.startsWith("_") || key === "$schema" || !isMeant || isSection(path, value)) continue;
      found.set(path.join("."), { value, written: true, path });
    }
  };
  visit(side.value, []);
  visit(side.value.train, ["train"]);
  visit(side.value.validate, ["validate"]);
  return found;
}

const valueAt = (value: Json, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((at, key) => (isObject(at) ? own(at, key) : undefined), value);

/** JSON with the keys in order, so that equal values have equal texts. */
export function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(",")}}`;
}
