import type { CheckContext } from "./check/context.ts";
import { checkMetricNames } from "./check/cross_checks.ts";
import { Findings } from "./check/findings.ts";
import { checkRootKeys } from "./check/root_keys.ts";
import { componentList, requiredComponent } from "./check/sections.ts";
import type { ComponentLookup } from "./component_spec.ts";
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

/**
 * Checks a validation config and makes the plan of the run.
 * @throws TomoErrors with every fault, ordered by position.
 */
export function planValidation(
  resolved: ResolvedConfig,
  lookup: ComponentLookup,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ValidationPlan {
  const findings = new Findings(resolved);
  const context: CheckContext = { resolved, lookup, findings };
  checkRootKeys(context, "validate", sections);
  const globals = readGlobals(context, validationGlobals);
  const parts = {
    pre_transforms: componentList(context, "transforms", ["pre_transforms"]),
    post_transforms: componentList(context, "transforms", ["post_transforms"]),
    label_transforms: componentList(context, "transforms", ["label_transforms"]),
    val_metrics: componentList(context, "metrics", ["val_metrics"]),
    writers: componentList(context, "writers", ["writers"]),
  };
  const inferer = requiredComponent(context, "inferers", ["inferer"]);
  const loader = requiredComponent(context, "model_loaders", ["model_loader"]);
  checkMetricNames(context, parts.val_metrics, ["val_metrics"]);
  warnOfTypos(context);
  warnOfNesting(context);
  findings.throwIfAny();
  checkWork(context, globals!, parts);
  return {
    workflow: "validate",
    mmar: resolved.mmar,
    configFile: resolved.source.file,
    globals: { ...globals!, use_amp: ampWanted(globals!.use_amp, env) },
    ...parts,
    inferer: inferer!,
    model_loader: loader!,
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
