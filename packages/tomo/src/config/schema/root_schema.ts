import type { JsonObject } from "../source/json.ts";

/** What is common to the schemas of all files. */
export const rootSchema = ({
  properties,
  ...own
}: JsonObject & { title: string; properties: JsonObject }): JsonObject => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  // of VS Code: the files are JSON with comments
  allowComments: true,
  allowTrailingCommas: true,
  ...own,
  properties: {
    $schema: { description: "The schema that editors check this file by.", type: "string" },
    ...properties,
  },
});
