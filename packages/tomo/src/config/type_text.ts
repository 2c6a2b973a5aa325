import { z } from "zod";
import { isList, isObject, type Json, type JsonObject } from "./source/json.ts";
import type { ConfigPath } from "./source/path.ts";

/** JSON Schema (draft 2020-12) of what a config may write for a zod type; descriptions stand where editors look. */
export function jsonSchemaOf(type: z.ZodType): JsonObject {
  const schema = hoist(z.toJSONSchema(type, { io: "input", unrepresentable: "any" }) as JsonObject);
  if (!(type instanceof z.ZodObject) || !isObject(schema.properties)) return schema;
  const properties = Object.entries(schema.properties).map(([name, property]) => [
    name,
    withDefault(type.shape[name] as z.ZodType, property as JsonObject),
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** zod leaves out the defaults of arguments that are transformed, such as "1,2,2,4" -> [1, 2, 2, 4]. */
function withDefault(type: z.ZodType, schema: JsonObject): JsonObject {
  if (schema.default !== undefined) return schema;
  const parsed = type.safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? { ...schema, default: parsed.data as Json } : schema;
}

/** `string("…").nullable()` leaves the description at one alternative; it belongs to the whole. */
function hoist(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).map(([key, value]): [string, Json] => {
    if (isList(value)) return [key, value.map((item) => (isObject(item) ? hoist(item) : item))];
    return [key, isObject(value) && key !== "default" ? hoist(value) : value];
  });
  const whole = Object.fromEntries(entries);
  if (whole.description !== undefined || !isList(whole.anyOf)) return whole;
  const described = whole.anyOf.find((option) => isObject(option) && option.description !== undefined);
  return described === undefined ? whole : { ...whole, description: (described as JsonObject).description! };
}

/** The part of a schema that describes the value at `path`, or undefined. */
export function schemaAt(schema: JsonObject, path: ConfigPath): JsonObject | undefined {
  let at: JsonObject | undefined = schema;
  for (const step of path) {
    at = at === undefined ? undefined : child(at, step);
  }
  return at;
}

function child(schema: JsonObject, step: string | number): JsonObject | undefined {
  const { properties, items, prefixItems, anyOf, additionalProperties } = schema;
  if (isList(anyOf))
    return anyOf
      .filter(isObject)
      .map((option) => child(option, step))
      .find((found) => found !== undefined);
  if (typeof step === "number") {
    const own = isList(prefixItems) ? prefixItems[step] : items;
    return isObject(own) ? own : undefined;
  }
  const own = isObject(properties) ? properties[step] : undefined;
  return isObject(own) ? own : isObject(additionalProperties) ? additionalProperties : undefined;
}

/** A schema in words: `number from 0 to 1`, `list of 3 integers > 0`, `"z" | "y" | "x"`. */
export function typeText(schema: JsonObject): string {
  const { enum: choices, const: only, type } = schema;
  if (isList(choices)) return choices.map((choice) => JSON.stringify(choice)).join(" | ");
  if (only !== undefined) return JSON.stringify(only);
  const options = alternatives(schema);
  if (options.length > 1) return [...new Set(options.map(typeText))].join(" or ");
  if (type === "integer" || type === "number") return `${type}${rangeText(schema)}`;
  if (type === "array") return listText(schema);
  return typeof type === "string" ? type : "any value";
}

function alternatives(schema: JsonObject): readonly JsonObject[] {
  if (isList(schema.anyOf)) return schema.anyOf.filter(isObject);
  return isList(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema];
}

function listText(schema: JsonObject): string {
  const { items, prefixItems } = schema;
  if (isList(prefixItems)) return `list [${prefixItems.filter(isObject).map(typeText).join(", ")}]`;
  const count = countText(schema.minItems, schema.maxItems);
  return `list of ${count}${isObject(items) ? plural(items) : "values"}`;
}

function countText(minimum: Json | undefined, maximum: Json | undefined): string {
  if (typeof maximum === "number")
    return minimum === maximum
      ? `${maximum} `
      : `${typeof minimum === "number" ? minimum : 0} to ${maximum} `;
  return typeof minimum === "number" && minimum > 1 ? `${minimum} or more ` : "";
}

function plural(schema: JsonObject): string {
  const options = alternatives(schema);
  const texts = options.map((option) =>
    typeText(option)
      .replace(/^(integer|number|string|boolean|object)\b/, "$1s")
      .replace(/^list\b/, "lists"),
  );
  return [...new Set(texts)].join(" or ");
}

/** Bounds that zod writes for every safe integer say nothing. */
function rangeText(schema: JsonObject): string {
  const finite = (bound: Json | undefined): number | undefined =>
    typeof bound === "number" && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
  const low = finite(schema.minimum);
  const high = finite(schema.maximum);
  const above = finite(schema.exclusiveMinimum);
  const below = finite(schema.exclusiveMaximum);
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  const parts = [
    low === undefined ? "" : `≥ ${low}`,
    above === undefined ? "" : `> ${above}`,
    high === undefined ? "" : `≤ ${high}`,
    below === undefined ? "" : `< ${below}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

/** One argument of a component as people read it. */
export interface ArgumentDoc {
  readonly name: string;
  readonly type: string;
  /** The default as JSON; undefined when the argument is required. */
  readonly fallback: string | undefined;
  readonly description: string;
}

/** The arguments of a component in the order of its declaration. */
export function argumentsOf(type: z.ZodObject): ArgumentDoc[] {
  const { properties, required } = jsonSchemaOf(type);
  const needed = isList(required) ? required : [];
  return Object.entries((properties ?? {}) as Record<string, JsonObject>).map(([name, schema]) => ({
    name,
    type: typeText(schema),
    fallback: needed.includes(name) ? undefined : defaultText(schema.default),
    description: typeof schema.description === "string" ? schema.description : "",
  }));
}

const defaultText = (value: Json | undefined): string =>
  value === undefined ? "none" : JSON.stringify(value);
