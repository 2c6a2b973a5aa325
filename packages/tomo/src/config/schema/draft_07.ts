import { isList, isObject, type Json, type JsonObject } from "../source/json.ts";

/**
 * A schema of zod in the words of draft 07, which every editor knows, and with as few alternatives as possible:
 * of several alternatives an editor shows the fault of one that the user may not have meant.
 */
export function draft07(schema: JsonObject): JsonObject {
  const { $schema, prefixItems, items, anyOf, ...rest } = withoutEmptyBounds(schema);
  const below = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, visit(key, value)]));
  if (isList(prefixItems)) {
    const rows = prefixItems.filter(isObject).map(draft07);
    return { ...below, items: rows, minItems: rows.length, maxItems: rows.length };
  }
  const whole = isObject(items) ? { ...below, items: draft07(items) } : below;
  return isList(anyOf) ? alternatives(whole, anyOf.filter(isObject).map(draft07)) : whole;
}

function visit(key: string, value: Json): Json {
  if (key !== "properties" || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, property]) => [
      name,
      isObject(property) ? draft07(property) : property,
    ]),
  );
}

/** zod bounds every integer by what a double can hold. */
function withoutEmptyBounds(schema: JsonObject): JsonObject {
  const isEmpty = ([key, value]: [string, Json]): boolean =>
    (key === "minimum" || key === "maximum") && Math.abs(Number(value)) >= Number.MAX_SAFE_INTEGER;
  return Object.fromEntries(Object.entries(schema).filter((entry) => !isEmpty(entry)));
}

/** Alternatives of different types need no `anyOf`: every keyword but `enum` and `const` concerns one type only. */
function alternatives(whole: JsonObject, options: readonly JsonObject[]): JsonObject {
  if (isFlag(options)) return { ...whole, type: ["boolean", "integer"], minimum: 0, maximum: 1 };
  const types = options.map(({ type }) => type);
  const mixed = options.some((option) => "enum" in option || "const" in option || "anyOf" in option);
  const numbers = types.filter((type) => type === "integer" || type === "number").length;
  const distinct = types.every((type) => typeof type === "string") && new Set(types).size === types.length;
  if (mixed || !distinct || numbers > 1) return { ...whole, anyOf: options };
  return Object.assign({}, ...options, whole, { type: types }) as JsonObject;
}

/** `true`, `false`, 0 or 1. */
function isFlag(options: readonly JsonObject[]): boolean {
  const [first, ...others] = options;
  const values = others.map((option) => option.const);
  return first?.type === "boolean" && values.length === 2 && values[0] === 0 && values[1] === 1;
}
