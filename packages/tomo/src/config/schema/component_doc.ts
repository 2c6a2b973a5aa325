import type { Declaration } from "../component_spec.ts";
import { isList, isObject, type Json, type JsonObject } from "../source/json.ts";
import { argumentsOf, typeText } from "../type_text.ts";

/** What an editor shows of a component, in Markdown: summary, arguments with their defaults, notes. */
export function componentDoc({ name, summary, notes = [], args }: Declaration): string {
  const call = argumentsOf(args).map(({ name: argument, fallback }) =>
    fallback === undefined || fallback === "none" ? argument : `${argument} = ${fallback}`,
  );
  const parts = [summary, `\`${name}(${call.join(", ")})\``, notes.map((note) => `- ${note}`).join("\n")];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What an editor shows of an argument or variable: meaning, type, default. */
export function valueDoc(schema: JsonObject, needed: boolean): string {
  const fallback = schema.default === undefined ? "" : ` Default: ${JSON.stringify(schema.default)}.`;
  const facts = `Type: ${typeText(schema)}.${needed ? " Required." : fallback}`;
  return typeof schema.description === "string" ? `${schema.description}\n\n${facts}` : facts;
}

/**
 * A component with its required arguments to fill in, as a snippet of VS Code.
 * @param path Of a user's own component
 */
export function componentSnippet(
  { name, summary }: Declaration,
  args: JsonObject,
  path?: string,
): JsonObject {
  const needed = isList(args.required) ? args.required.map(String) : [];
  const properties = isObject(args.properties) ? args.properties : {};
  const stops = needed.map((argument, index) => {
    const schema = properties[argument];
    return [argument, tabStop(argument, isObject(schema) ? schema : {}, index + 1)];
  });
  const identity: JsonObject = path === undefined ? { name } : { path };
  const body: JsonObject = needed.length === 0 ? identity : { ...identity, args: Object.fromEntries(stops) };
  return { label: name, description: summary, body };
}

/** A value to type over; a text that starts with ^ is inserted without quotes. */
function tabStop(argument: string, { type, anyOf }: JsonObject, stop: number): Json {
  const first = isList(anyOf) ? anyOf[0] : undefined;
  if (isObject(first) && isList(first.enum)) return `\${${stop}:${first.enum[0]}}`;
  if (argument === "fields") return `\${${stop}:image}`;
  const kind = [type].flat()[0];
  if (kind === "number" || kind === "integer") return `^\${${stop}:0}`;
  if (kind === "boolean") return `^\${${stop}:false}`;
  if (kind === "array") return `^[$${stop}]`;
  return `$${stop}`;
}
