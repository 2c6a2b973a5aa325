import { z } from "zod";
import type { Component } from "../components/define.ts";
import { isObject, type JsonObject } from "../config/source/json.ts";
import { jsonSchemaOf } from "../config/type_text.ts";
import { checkLaws, holds, type Law, same } from "./law.ts";

/** Arguments as a config writes them, by name. */
export type WrittenArgs = Readonly<Record<string, unknown>>;

/** Arguments as `build` gets them. @throws TomoError TOMO_LAW_BROKEN for what a config may not write */
export function argumentsFrom(component: Component, args: WrittenArgs): Record<string, unknown> {
  const { data, error } = component.args.safeParse(args);
  holds(data !== undefined, `the arguments of the test are refused:\n${error && z.prettifyError(error)}`);
  const faults = component.check?.(data) ?? [];
  const words = faults.map(({ argument, message }) => `${argument} ${message}`).join("; ");
  holds(faults.length === 0, `the arguments of the test are refused: ${words}`);
  return data;
}

/** The law of every declaration: words for people, arguments that survive JSON, no argument taken that is not declared. */
export const declarationLaw = (component: Component, args: WrittenArgs): Law => ({
  name: "declares its arguments in words and as JSON Schema",
  check: () => {
    for (const [what, text] of textsOf(component))
      holds(/^\S.*[^\s\w]$/s.test(text), `${what} is "${text}"`, "write a sentence with its full stop");
    holds(
      !/^\p{Ll}/u.test(component.summary),
      `the summary is "${component.summary}"`,
      "begin with a capital",
    );
    const parsed = argumentsFrom(component, args);
    // arguments cross threads and are written beside the results
    const again = component.args.parse(JSON.parse(JSON.stringify(parsed)));
    same(
      again,
      parsed,
      "what JSON makes of the arguments",
      "parsed arguments must be plain data that parses again",
    );
    const isTaken = component.args.safeParse({ ...args, no_such_argument: 1 }).success;
    holds(!isTaken, "it takes an argument that it does not declare");
  },
});

function textsOf(component: Component): [what: string, text: string][] {
  const { properties } = jsonSchemaOf(component.args);
  const schemas = isObject(properties) ? properties : {};
  same(Object.keys(schemas), Object.keys(component.args.shape), "arguments in the JSON Schema");
  return [
    ["the summary", component.summary],
    ...component.notes.map((note): [string, string] => ["a note", note]),
    ...Object.entries(schemas as Record<string, JsonObject>).map(
      ([name, { description }]): [string, string] => [
        `the description of ${name}`,
        typeof description === "string" ? description : "",
      ],
    ),
  ];
}

/** @throws TomoError TOMO_LAW_BROKEN; for kinds without laws of their own: writers, handlers, model loaders. */
export const checkDeclaration = (component: Component, args: WrittenArgs = {}): void =>
  checkLaws(component.name, [declarationLaw(component, args)]);
