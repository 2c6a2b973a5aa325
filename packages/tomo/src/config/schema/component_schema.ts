import { claraComponents, claraKindsOf, renamed, wayRound } from "../clara_catalogue.ts";
import type { ComponentLookup, Declaration } from "../component_spec.ts";
import { type Kind, kindNoun } from "../kinds.ts";
import { isObject, type JsonObject, own } from "../source/json.ts";
import { jsonSchemaOf } from "../type_text.ts";
import { componentDoc, componentSnippet, valueDoc } from "./component_doc.ts";
import { unless, unlessDisabled, when } from "./conditions.ts";
import { draft07 } from "./draft_07.ts";
import { type OwnEntry, ownEntries, ownSchema, pathChoices } from "./own_schema.ts";
import { allowPlaceholders, somePlaceholder, wholePlaceholder } from "./placeholders.ts";

/** Keys that are kept by people and AutoML, and ignored in a run. */
export const ignoredKeys: JsonObject = { "^_|^search$|^apply$": {} };

const text = (description: string): JsonObject => ({ description, type: "string" });

/**
 * The definitions of one kind: `KIND`, an element as it stands in the config, `KIND_name`, the names with their pages,
 * and `KIND_named`, what the name asks of the rest; `KIND_own`, what a path asks that is known. A disabled element and one
 * with another path may hold anything.
 */
export function componentSchemas(kind: Kind, lookup: ComponentLookup): Record<string, JsonObject> {
  const declarations = lookup.names(kind).flatMap((name) => lookup.find(kind, name) ?? []);
  const own = ownEntries(lookup);
  return {
    [kind]: elementSchema(kind, declarations, own),
    [`${kind}_name`]: nameSchema(kind, declarations),
    [`${kind}_named`]: namedSchema(kind, declarations),
    ...(own.length === 0 ? {} : { [`${kind}_own`]: ownSchema(kind, own, whenNamed) }),
  };
}

/** An element of validate.pre_transforms, which can also be `{"ref": "X"}`. */
export function withRef(element: JsonObject): JsonObject {
  const ref = text(
    "Class name or alias of a transform in train.pre_transforms, which is used with its arguments.",
  );
  const { defaultSnippets, ...rest } = element;
  const snippet = {
    label: "ref",
    description: "The training transform with its arguments.",
    body: { ref: "$1" },
  };
  return {
    ...rest,
    defaultSnippets: [snippet, ...(defaultSnippets as JsonObject[])],
    properties: { ...(element.properties as JsonObject), ref },
    else: unless({ required: ["ref"] }, element.else as JsonObject),
  };
}

export const disabledSchema: JsonObject = {
  ...allowPlaceholders({ type: "boolean", default: true }),
  description: "true takes it out of the run, faults and all.",
};

function elementSchema(
  kind: Kind,
  declarations: readonly Declaration[],
  known: readonly OwnEntry[],
): JsonObject {
  const noun = kindNoun[kind];
  const own = known.filter(({ declaration }) => declaration.kind === kind);
  const path = text('Your own class in place of a built-in one: "folder/file.ts#Class" or "module.Class".');
  const named = unless({ required: ["path"] }, { $ref: `#/definitions/${kind}_named` });
  return {
    type: ["object", "string"],
    pattern: wholePlaceholder,
    patternErrorMessage: `Expected an object {"name": …, "args": {…}}, ${noun}.`,
    defaultSnippets: [
      ...declarations.map((declaration) => componentSnippet(declaration, argsSchema(declaration))),
      ...own.map((one) => componentSnippet(one.declaration, argsSchema(one.declaration), one.path)),
    ],
    properties: {
      name: { $ref: `#/definitions/${kind}_name` },
      args: {
        description: "Arguments of the component.",
        type: ["object", "null", "string"],
        pattern: wholePlaceholder,
        patternErrorMessage: "Expected an object of arguments.",
      },
      path: own.length === 0 ? path : { ...path, ...pathChoices(own) },
      disabled: disabledSchema,
      search: { description: "Search space of AutoML, ignored in a run." },
      apply: { description: "Search variables of AutoML, ignored in a run." },
    },
    patternProperties: ignoredKeys,
    additionalProperties: false,
    ...unlessDisabled(
      known.length === 0
        ? named
        : { ...named, ...when(named.if as JsonObject, { $ref: `#/definitions/${kind}_own` }) },
    ),
  };
}

function nameSchema(kind: Kind, declarations: readonly Declaration[]): JsonObject {
  const known = {
    enum: declarations.map(({ name }) => name),
    enumDescriptions: declarations.map(({ summary }) => summary),
    markdownEnumDescriptions: declarations.map(componentDoc),
  };
  return {
    ...text(`Class name of ${kindNoun[kind]}; an alias can follow: Class#alias.`),
    // the empty alternative makes it a list for completion instead of a rule
    anyOf: [known, {}],
  };
}

/** What `name` asks of an element: that there is such a component, and that its arguments are right. */
function namedSchema(kind: Kind, declarations: readonly Declaration[]): JsonObject {
  const missing = missingOf(kind, declarations);
  const names = [...declarations.map(({ name }) => name), ...missing.map(([name]) => name)];
  const name = {
    doNotSuggest: true,
    pattern: `${namePattern(names)}|${somePlaceholder}`,
    patternErrorMessage: `There is no such ${kindNoun[kind].replace(/^an? /, "")}; \`tomo list ${kind}\` shows them all.`,
  };
  return {
    required: ["name"],
    properties: { name },
    allOf: [
      ...declarations.map((declaration) => when(named(declaration.name), whenNamed(declaration))),
      ...missing.map(([old, deprecationMessage]) =>
        when(named(old), { properties: { name: { deprecationMessage } } }),
      ),
    ],
  };
}

const namePattern = (names: readonly string[]): string => `^(?:${names.join("|")})(?:\\s*#.*)?$`;

const named = (name: string): JsonObject => ({
  properties: { name: { doNotSuggest: true, pattern: namePattern([name]) } },
  required: ["name"],
});

function whenNamed(declaration: Declaration): JsonObject {
  const args = argsSchema(declaration);
  // an enum has no words for a name with an alias
  const name = { doNotSuggest: true, ...when({ pattern: "#" }, { description: declaration.summary }) };
  return {
    ...(args.required === undefined ? {} : { required: ["args"] }),
    properties: { name, args },
  };
}

function argsSchema({ name, args }: Declaration): JsonObject {
  const { properties, required } = jsonSchemaOf(args);
  const own = Object.entries(isObject(properties) ? properties : {});
  const needed = Array.isArray(required) ? (required as string[]) : [];
  const names = own.map(([argument]) => argument);
  return {
    description: `Arguments of ${name}.`,
    properties: Object.fromEntries(
      own.map(([argument, schema]) => [
        argument,
        valueSchema(schema as JsonObject, needed.includes(argument)),
      ]),
    ),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
    errorMessage:
      names.length === 0
        ? `${name} takes no arguments.`
        : `The arguments of ${name} are ${names.join(", ")}.`,
  };
}

/** Schema of an argument or variable as editors show it. */
export const valueSchema = (schema: JsonObject, needed: boolean): JsonObject => ({
  ...allowPlaceholders(draft07(schema)),
  description: valueDoc(schema, needed),
});

/** Names that mean something to Clara but nothing to Tomo, with what to say of each. */
function missingOf(kind: Kind, declarations: readonly Declaration[]): (readonly [string, string])[] {
  const present = new Set(declarations.map(({ name }) => name));
  const notYet = claraComponents[kind]
    .filter((name) => !present.has(name))
    .map((name) => {
      const way = own(wayRound, name);
      return [name, `Tomo does not have ${name} yet${way === undefined ? "." : `; ${way}.`}`] as const;
    });
  const old = Object.entries(renamed)
    .filter(([name, now]) => !present.has(name) && claraKindsOf(now.split(" ")[0]!).includes(kind))
    .map(([name, now]) => [name, `Clara Train 3 calls it ${now}; \`tomo migrate\` translates it.`] as const);
  return [...notYet, ...old];
}
