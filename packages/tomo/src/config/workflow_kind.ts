import { TomoError } from "../errors/tomo_error.ts";
import { isList, isObject, type Json, type JsonObject } from "./source/json.ts";
import type { Source } from "./source/read.ts";

export type WorkflowKind = "train" | "validate";

const validationSections = [
  "pre_transforms",
  "post_transforms",
  "label_transforms",
  "val_metrics",
  "writers",
  "inferer",
  "model_loader",
];

/** Which workflow a config is for, or undefined for other files. */
export function workflowKindOf(value: JsonObject): WorkflowKind | undefined {
  if (isObject(value.train) || isObject(value.validate)) return "train";
  return validationSections.some((key) => isObject(value[key]) || isList(value[key]))
    ? "validate"
    : undefined;
}

/** @throws TomoError TOMO_MISSING_SECTION that says what the file seems to be. */
export function requireWorkflow(source: Source): WorkflowKind {
  const kind = workflowKindOf(source.value);
  if (kind !== undefined) return kind;
  throw new TomoError("TOMO_MISSING_SECTION", "this is not the config of a workflow", {
    where: source.where([]),
    given: appearance(source.value),
    expected: `a training config (sections train, validate) or a validation config (${validationSections.join(", ")})`,
  });
}

function appearance(value: JsonObject): string | undefined {
  const values: readonly Json[] = Object.values(value);
  if (values.some((list) => isList(list) && list.some((item) => isObject(item) && item.image !== undefined)))
    return "what looks like a datalist";
  const isEnvironment = ["DATA_ROOT", "DATASET_JSON", "MMAR_CKPT_DIR"].some(
    (name) => value[name] !== undefined,
  );
  return isEnvironment ? "what looks like an environment file" : undefined;
}
