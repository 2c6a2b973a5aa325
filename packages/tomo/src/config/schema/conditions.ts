import type { JsonObject } from "../source/json.ts";

/** Asks `consequence` of what fits `condition`. */
export const when = (condition: JsonObject, consequence: JsonObject): JsonObject => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: consequence,
});

/** Asks `rule` of what does not fit `condition`. */
export const unless = (condition: JsonObject, rule: JsonObject): JsonObject => ({
  if: condition,
  else: rule,
});

/** Asks `rule` of an object unless it is disabled. */
export const unlessDisabled = (rule: JsonObject): JsonObject =>
  unless({ properties: { disabled: { const: true, doNotSuggest: true } }, required: ["disabled"] }, rule);
