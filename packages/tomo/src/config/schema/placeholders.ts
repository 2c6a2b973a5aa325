import { isList, isObject, type Json, type JsonObject } from "../source/json.ts";
import { typeText } from "../type_text.ts";

/** A string that is exactly `{NAME}` takes the variable's type, so it can stand for anything. */
export const wholePlaceholder = "^\\{[A-Za-z_]\\w*\\}$";
/** Inside a longer string it makes text. */
export const somePlaceholder = "\\{[A-Za-z_]\\w*\\}";

/** The same schema, in which every value can also be a placeholder, and whose messages say what is expected. */
export function allowPlaceholders(schema: JsonObject): JsonObject {
  const { description, default: fallback, ...own } = belowPlaceholders(schema);
  const outer = {
    ...(description === undefined ? {} : { description }),
    // as a proposal of an editor, null is of no use
    ...(fallback === undefined || fallback === null ? {} : { default: fallback }),
  };
  return { ...outer, ...withPlaceholder(own, `Expected ${typeText(schema)}.`) };
}

function withPlaceholder(own: JsonObject, errorMessage: string): JsonObject {
  const { type, pattern, anyOf } = own;
  if (isList(own.enum) && own.enum.every((choice) => typeof choice === "string"))
    return { ...choices(own.enum), errorMessage };
  if ("enum" in own || "const" in own) return { anyOf: [own, placeholder(errorMessage)] };
  if (isList(anyOf)) return { ...own, anyOf: [...anyOf, placeholder(errorMessage)] };
  if (type === undefined) return own;
  const types = [type].flat();
  const whole = { ...own, ...message(types, errorMessage) };
  if (!types.includes("string")) return { ...whole, type: [...types, "string"], pattern: wholePlaceholder };
  return typeof pattern === "string" ? { ...whole, pattern: `(?:${pattern})|${somePlaceholder}` } : whole;
}

/** One of several words; the list itself is no rule, so that editors offer it but the message is ours. */
export function choices(words: readonly string[], details: JsonObject = {}): JsonObject {
  const escaped = words.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return {
    type: "string",
    pattern: `^(?:${escaped.join("|")})$|${somePlaceholder}`,
    anyOf: [{ enum: words, ...details }, {}],
  };
}

/** The message of an object would also be that of its unknown keys. */
const message = (types: readonly Json[], errorMessage: string): JsonObject =>
  types.includes("object") ? { patternErrorMessage: errorMessage } : { errorMessage };

const placeholder = (errorMessage: string): JsonObject => ({
  type: "string",
  pattern: somePlaceholder,
  errorMessage,
});

/** Entries of lists and objects can be placeholders too. */
function belowPlaceholders(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).map(([key, value]): [string, Json] => {
    if (key === "items" && isList(value)) return [key, value.filter(isObject).map(allowPlaceholders)];
    if (key === "items" && isObject(value)) return [key, allowPlaceholders(value)];
    if (key === "anyOf" && isList(value)) return [key, value.filter(isObject).map(belowPlaceholders)];
    if (key !== "properties" || !isObject(value)) return [key, value];
    const properties = Object.entries(value).map(([name, property]) => [
      name,
      isObject(property) ? allowPlaceholders(property) : property,
    ]);
    return [key, Object.fromEntries(properties)];
  });
  return Object.fromEntries(entries);
}
