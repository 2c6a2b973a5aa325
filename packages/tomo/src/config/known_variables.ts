import { z } from "zod";
import { trainGlobals, validationGlobals } from "./globals.ts";
import { folderDefaults } from "./resolve.ts";
import type { JsonObject } from "./source/json.ts";
import { jsonSchemaOf } from "./type_text.ts";
import type { WorkflowKind } from "./workflow_kind.ts";

/** Variables that configs reach by placeholder, or carry from older versions; the workflows do not read them. */
const carried = z.object({
  PRETRAIN_WEIGHTS_FILE: z
    .string()
    .nullable()
    .optional()
    .describe("File of pretrained weights for pretrain_weight_name. An empty text means none."),
  PROCESSING_TASK: z
    .enum(["annotation", "segmentation", "classification"])
    .optional()
    .describe("What the MMAR is for."),
  DATASET_VAL_JSON: z.string().optional().describe("Path of a second datalist, for validation."),
  use_scanning_window: z
    .boolean()
    .optional()
    .describe("Switch of the Transfer Learning Toolkit, ignored since Clara 3: the inferer decides."),
  description: z.string().optional().describe("Words for people."),
  version: z.union([z.string(), z.number()]).optional().describe("Version of the MMAR, for people."),
});

/**
 * JSON Schemas of all variables with a known meaning, by name: first those that the workflow reads, or that either
 * does, then those that configs carry.
 */
export function knownVariables(workflow?: WorkflowKind): ReadonlyMap<string, JsonObject> {
  const found = memory.get(workflow) ?? gather(workflow);
  memory.set(workflow, found);
  return found;
}

const memory = new Map<WorkflowKind | undefined, ReadonlyMap<string, JsonObject>>();

function gather(workflow: WorkflowKind | undefined): ReadonlyMap<string, JsonObject> {
  const types = [
    ...(workflow === "validate" ? [] : [trainGlobals]),
    ...(workflow === "train" ? [] : [validationGlobals]),
    ...(workflow === "train" ? [validationGlobals.pick({ DATASET_JSON: true, DATA_ROOT: true })] : []),
    carried,
  ];
  const known = new Map<string, JsonObject>();
  for (const type of types)
    for (const [name, schema] of Object.entries(jsonSchemaOf(type).properties as Record<string, JsonObject>))
      if (!known.has(name)) known.set(name, withFolder(name, schema));
  return known;
}

const withFolder = (name: string, schema: JsonObject): JsonObject => {
  const fallback = (folderDefaults as Readonly<Record<string, string>>)[name];
  return fallback === undefined ? schema : { ...schema, default: fallback };
};

/** Names of the variables that a workflow reads by itself. */
export const variablesRead = (workflow: WorkflowKind): readonly string[] =>
  Object.keys((workflow === "train" ? trainGlobals : validationGlobals).shape);
