import { z } from "zod";
import { type Kind, kinds } from "../../config/kinds.ts";
import { isObject, type JsonObject } from "../../config/source/json.ts";
import { jsonSchemaOf } from "../../config/type_text.ts";
import type { Component } from "../define.ts";

/** Whether a value is what a define… function returns. */
export function isComponent(value: unknown): value is Component {
  if (typeof value !== "object" || value === null) return false;
  const { kind, name, build } = value as Partial<Record<keyof Component, unknown>>;
  return kinds.includes(kind as Kind) && typeof name === "string" && typeof build === "function";
}

/** What the declaration of a built-in component would be refused for; empty = nothing. */
export function declarationFaults(component: Component): readonly string[] {
  const { name, summary, args } = component;
  return [
    ...(/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? [] : [`"name" must be a word, it is "${name}"`]),
    ...(typeof summary === "string" && summary.trim() !== "" ? [] : ['"summary" is empty: say what it does']),
    ...(args instanceof z.ZodObject ? argumentFaults(args) : ['"args" must hold zod types']),
  ];
}

function argumentFaults(args: z.ZodObject): string[] {
  let schema: JsonObject;
  try {
    schema = jsonSchemaOf(args);
  } catch (error) {
    return [`"args" have no JSON Schema: ${error instanceof Error ? error.message : String(error)}`];
  }
  const properties = isObject(schema.properties) ? schema.properties : {};
  return Object.entries(properties).flatMap(([name, property]) =>
    isObject(property) && typeof property.description === "string" && property.description.trim() !== ""
      ? []
      : [`the argument "${name}" has no description`],
  );
}
