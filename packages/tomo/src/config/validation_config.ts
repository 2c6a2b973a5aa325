import type { CheckContext } from "./check/context.ts";
import { checkMetricNames } from "./check/cross_checks.ts";
import { Findings } from "./check/findings.ts";
import { checkRootKeys } from "./check/root_keys.ts";
import { componentList, requiredComponent } from "./check/sections.ts";
import type { ComponentLookup, ComponentSpec } from "./component_spec.ts";
import {
  ampWanted,
  readGlobals,
  type ValidationGlobals,
  validationGlobals,
  warnOfNesting,
  warnOfTypos,
} from "./globals.ts";
import type { ValidationPlan } from "./plans.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { resolvedJson } from "./resolved_json.ts";

const sections = [
  "pre_transforms",
  "post_transforms",
  "label_transforms",
  "val_metrics",
  "writers",
  "inferer",
  "model_loader",
  "determinism",
];

type Parts = Pick<
  ValidationPlan,
  "pre_transforms" | "post_transforms" | "label_transforms" | "val_metrics" | "writers"
>;

/** What could be read of a validation config: all of it, if there are no errors among the findings. */
export interface ValidationDraft extends Parts {
  readonly workflow: "validate";
  readonly globals: ValidationGlobals | undefined;
  readonly inferer: ComponentSpec<"inferers"> | null;
  readonly model_loader: ComponentSpec<"model_loaders"> | null;
}

/** Checks a validation config part by part; what is wrong is in the findings. */
export function draftValidation(context: CheckContext): ValidationDraft {
  checkRootKeys(context, "validate", sections, {
    model: "the network comes with the checkpoint that model_loader names",
    image_pipeline: "the datalist is that of DATASET_JSON, its list that of DATA_LIST_KEY",
    metrics: 'put it into "val_metrics"',
  });
  const globals = readGlobals(context, validationGlobals);
  const parts = {
    pre_transforms: componentList(context, "transforms", ["pre_transforms"]),
    post_transforms: componentList(context, "transforms", ["post_transforms"]),
    label_transforms: componentList(context, "transforms", ["label_transforms"]),
    val_metrics: componentList(context, "metrics", ["val_metrics"]),
    writers: componentList(context, "writers", ["writers"]),
  };
  const inferer = requiredComponent(context, "inferers", ["inferer"]);
  const model_loader = requiredComponent(context, "model_loaders", ["model_loader"]);
  checkMetricNames(context, parts.val_metrics);
  warnOfTypos(context);
  warnOfNesting(context);
  if (globals !== undefined && !context.findings.failed) checkWork(context, globals, parts);
  return { workflow: "validate", globals, ...parts, inferer, model_loader };
}

/**
 * Checks a validation config and makes the plan of the run.
 * @throws TomoErrors with every fault, ordered by position.
 */
export function planValidation(
  resolved: ResolvedConfig,
  lookup: ComponentLookup,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ValidationPlan {
  const context: CheckContext = { resolved, lookup, findings: new Findings(resolved) };
  return validationPlan(context, draftValidation(context), env);
}

/** The plan that a draft without errors is. @throws TomoErrors with all that is in the findings */
export function validationPlan(
  { resolved, findings }: CheckContext,
  { globals, inferer, model_loader, ...parts }: ValidationDraft,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ValidationPlan {
  findings.throwIfAny();
  return {
    ...parts,
    workflow: "validate",
    mmar: resolved.mmar,
    configFile: resolved.source.file,
    globals: { ...globals!, use_amp: ampWanted(globals!.use_amp, env) },
    inferer: inferer!,
    model_loader: model_loader!,
    resolved: resolvedJson(resolved),
    warnings: findings.warnings,
  };
}

/** Warns when what the run was asked for is not configured. */
function checkWork(
  { findings }: CheckContext,
  { do_validation, output_infer_result }: ValidationGlobals,
  { val_metrics, writers }: Pick<ValidationPlan, "val_metrics" | "writers">,
): void {
  if (do_validation && val_metrics.length === 0)
    findings.warn("TOMO_NOTHING_TO_DO", "do_validation is true, but there are no val_metrics", [
      "val_metrics",
    ]);
  if (output_infer_result && writers.length === 0)
    findings.warn("TOMO_NOTHING_TO_DO", "output_infer_result is true, but there are no writers", ["writers"]);
  if (!do_validation && !output_infer_result)
    findings.warn("TOMO_NOTHING_TO_DO", "do_validation and output_infer_result are both false", []);
}
