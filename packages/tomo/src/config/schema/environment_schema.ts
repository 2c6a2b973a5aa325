import { knownVariables } from "../known_variables.ts";
import type { JsonObject } from "../source/json.ts";
import { valueDoc } from "./component_doc.ts";
import { draft07 } from "./draft_07.ts";
import { rootSchema } from "./root_schema.ts";

/** The keys of Clara's environment files, in the order in which people write them. */
const first = [
  "DATA_ROOT",
  "DATASET_JSON",
  "PROCESSING_TASK",
  "MMAR_CKPT_DIR",
  "MMAR_EVAL_OUTPUT_PATH",
  "PRETRAIN_WEIGHTS_FILE",
  "DATA_LIST_KEY",
  "MMAR_CKPT",
  "DATASET_VAL_JSON",
];

/** What Clara's reference says of a key beyond the description of its variable. */
const places: Readonly<Record<string, string>> = {
  DATA_ROOT: "A relative path is looked up in the working directory, then in the MMAR.",
  DATASET_JSON: "A relative path is looked up in the working directory, then in the MMAR.",
  MMAR_CKPT_DIR: "Relative to the MMAR.",
  MMAR_EVAL_OUTPUT_PATH: "Relative to the MMAR.",
  MMAR_CKPT: "Relative to the MMAR; usually given with --set.",
};

/** Schema of environment.json: variables only, every other name allowed, placeholders not replaced. */
export function environmentSchema(): JsonObject {
  const known = knownVariables();
  const names = [...first, ...[...known.keys()].filter((name) => !first.includes(name))];
  const properties = names.flatMap((name) => {
    const schema = known.get(name);
    return schema === undefined ? [] : [[name, variableSchema(name, schema)] as const];
  });
  return rootSchema({
    title: "Variables of a Clara Train MMAR",
    description: "They win over the top-level values of a config, and --set wins over them.",
    properties: Object.fromEntries(properties),
  });
}

/** null counts as absent. */
function variableSchema(name: string, schema: JsonObject): JsonObject {
  const { type, enum: choices, anyOf, ...rest } = draft07(schema);
  const description = [schema.description, places[name]].filter((text) => text !== undefined).join(" ");
  return {
    ...rest,
    ...(type === undefined ? {} : { type: [...new Set([type, "null"].flat())] }),
    ...(Array.isArray(choices) ? { enum: [...choices, null] } : {}),
    ...(Array.isArray(anyOf) ? { anyOf: [...anyOf, { type: "null" }] } : {}),
    description: valueDoc({ ...schema, description }, false),
  };
}
