import type { ComponentLookup } from "../component_spec.ts";
import type { Kind } from "../kinds.ts";
import { knownVariables } from "../known_variables.ts";
import { type Place, placesOf } from "../places.ts";
import { type SectionDoc, sectionDocs } from "../section_docs.ts";
import type { JsonObject } from "../source/json.ts";
import type { WorkflowKind } from "../workflow_kind.ts";
import { componentSchemas, disabledSchema, ignoredKeys, valueSchema, withRef } from "./component_schema.ts";
import { unlessDisabled } from "./conditions.ts";
import { wholePlaceholder } from "./placeholders.ts";
import { rootSchema } from "./root_schema.ts";

/** Schema of config_train.json. */
export function trainSchema(lookup: ComponentLookup): JsonObject {
  const own = placesOf("train");
  const definitions = definitionsOf(own, lookup);
  const sections = (name: string) =>
    sectionSchema(
      own.filter(({ path }) => path[0] === name),
      definitions,
    );
  return rootSchema({
    title: "Training workflow of a Clara Train MMAR",
    properties: {
      ...variableSchemas("train"),
      train: { description: docOf("train").description, ...sections("train") },
      validate: {
        description: docOf("validate").description,
        type: optionalObject,
        ...unlessDisabled(optionalSection(sections("validate"))),
      },
    },
    required: ["train"],
    ...onlySections("train, validate"),
    definitions,
  });
}

/** Schema of config_validation.json. */
export function validationSchema(lookup: ComponentLookup): JsonObject {
  const own = placesOf("validate");
  const definitions = definitionsOf(own, lookup);
  const { properties, required } = sectionSchema(own, definitions);
  return rootSchema({
    title: "Validation and inference workflow of a Clara Train MMAR",
    properties: { ...variableSchemas("validate"), ...properties },
    required,
    ...onlySections(own.map(({ path }) => path.join(".")).join(", ")),
    definitions,
  });
}

/** At the top level any variable may stand; a section that nothing reads is most likely a misspelt one. */
const onlySections = (names: string): JsonObject => ({
  patternProperties: ignoredKeys,
  additionalProperties: {
    type: ["string", "number", "boolean", "null"],
    errorMessage: `There is no such section; the sections are ${names}.`,
  },
});

const docOf = (path: string): SectionDoc => sectionDocs[path] ?? { description: "" };

function variableSchemas(workflow: WorkflowKind): JsonObject {
  const variables = [...knownVariables(workflow)].map(([name, schema]) => [name, valueSchema(schema, false)]);
  const search = { description: "Search space of AutoML, ignored in a run." };
  return { ...Object.fromEntries(variables), search };
}

type Section = JsonObject & { readonly properties: JsonObject; readonly required: readonly string[] };

/** An object whose keys are places; every place is told by the last step of its path. */
function sectionSchema(own: readonly Place[], definitions: Definitions): Section {
  const key = ({ path }: Place): string => path.at(-1) ?? "";
  return {
    type: ["object", "string"],
    pattern: wholePlaceholder,
    patternErrorMessage: `Expected an object with ${own.map(key).join(", ")}.`,
    properties: Object.fromEntries(own.map((place) => [key(place), placeSchema(place, definitions)])),
    required: own.filter(({ path }) => docOf(path.join(".")).required).map(key),
    patternProperties: ignoredKeys,
    additionalProperties: false,
  };
}

const optionalObject = ["object", "null", "string"];

const optionalSection = (section: Section): JsonObject => ({
  ...section,
  type: optionalObject,
  properties: { ...section.properties, disabled: disabledSchema },
});

function placeSchema(place: Place, definitions: Definitions): JsonObject {
  const path = place.path.join(".");
  const { description, required = false } = docOf(path);
  const name = path === refPlace ? refDefinition : place.kind;
  const element = { $ref: `#/definitions/${name}` };
  if (place.holds === "list")
    return {
      description,
      type: ["array", ...(required ? [] : ["null"]), "string"],
      pattern: wholePlaceholder,
      patternErrorMessage: `Expected a list of ${place.kind}.`,
      items: element,
    };
  if (place.holds === "one" && required) return { description, ...element };
  const candidates = place.holds === "candidates" ? [{ type: "array", items: element }] : [];
  const absent = required ? [] : [{ type: "null" }];
  // editors look for snippets of a key beside its alternatives, not in them
  const snippets = definitions[name]?.defaultSnippets ?? [];
  return { description, defaultSnippets: snippets, anyOf: [element, ...candidates, ...absent] };
}

type Definitions = Readonly<Record<string, JsonObject>>;

const refPlace = "validate.pre_transforms";
const refDefinition = "transforms_or_ref";

function definitionsOf(own: readonly Place[], lookup: ComponentLookup): Definitions {
  const kinds = new Set<Kind>(own.map(({ kind }) => kind));
  const all: Definitions = Object.assign({}, ...[...kinds].map((kind) => componentSchemas(kind, lookup)));
  const hasRefs = own.some(({ path }) => path.join(".") === refPlace);
  const { transforms } = all;
  return hasRefs && transforms !== undefined ? { ...all, [refDefinition]: withRef(transforms) } : all;
}
