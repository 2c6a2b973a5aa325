import type { ComponentLookup } from "../component_spec.ts";
import type { JsonObject } from "../source/json.ts";
import { datalistSchema } from "./datalist_schema.ts";
import { environmentSchema } from "./environment_schema.ts";
import { trainSchema, validationSchema } from "./workflow_schema.ts";

/** The files of an MMAR that have a schema, with the names under which editors know them. */
export const schemaFiles = {
  train: ["**/config/config_train*.json"],
  validation: ["**/config/config_validation*.json", "**/config/config_inference*.json"],
  environment: ["**/config/environment*.json"],
  datalist: ["**/dataset*.json", "**/*datalist*.json"],
} as const;

export type SchemaKind = keyof typeof schemaFiles;

export const schemaKinds = Object.keys(schemaFiles) as SchemaKind[];

/** JSON Schema (draft 07, with the annotations of VS Code) of one kind of file. */
export function schemaOf(kind: SchemaKind, lookup: ComponentLookup): JsonObject {
  if (kind === "train") return trainSchema(lookup);
  if (kind === "validation") return validationSchema(lookup);
  return kind === "environment" ? environmentSchema() : datalistSchema();
}

/**
 * The entry `json.schemas` of VS Code's settings; `urlOf` says where a schema lies.
 * @param mmar The only MMAR whose configs they are for, relative to the folder that is opened; left out: every one
 */
export const editorSettings = (urlOf: (kind: SchemaKind) => string, mmar?: string): JsonObject => ({
  "json.schemas": schemaKinds.map((kind) => ({
    fileMatch: schemaFiles[kind].map((pattern) =>
      mmar === undefined ? pattern : pattern.replace("**/config/", `${mmar}/config/`),
    ),
    url: urlOf(kind),
  })),
});

export const schemaFileName = (kind: SchemaKind): string => `${kind}.schema.json`;
