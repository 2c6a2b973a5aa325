import type { CheckContext } from "./check/context.ts";
import { crossCheckTraining } from "./check/cross_checks.ts";
import { Findings } from "./check/findings.ts";
import { locatedPipeline } from "./check/pipeline_paths.ts";
import { refReader } from "./check/refs.ts";
import { checkRootKeys } from "./check/root_keys.ts";
import {
  candidate,
  checkSection,
  componentList,
  isMisspelt,
  optionalComponent,
  requiredComponent,
  takesPart,
} from "./check/sections.ts";
import { reportUnknownComponent } from "./check/unknown_component.ts";
import type { ComponentLookup, ComponentSpec } from "./component_spec.ts";
import {
  ampWanted,
  readGlobals,
  type TrainGlobals,
  trainGlobals,
  warnOfNesting,
  warnOfTypos,
} from "./globals.ts";
import type { Draft, TrainPlan, TrainSection, ValidateSection } from "./plans.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { resolvedJson } from "./resolved_json.ts";
import type { JsonObject } from "./source/json.ts";

const trainKeys = [
  "loss",
  "optimizer",
  "lr_policy",
  "model",
  "pre_transforms",
  "image_pipeline",
  "aux_ops",
  "batch_transforms",
  "handlers",
];
const validateKeys = ["metrics", "pre_transforms", "image_pipeline", "inferer"];

/** What could be read of a training config: all of it, if there are no errors among the findings. */
export interface TrainDraft {
  readonly workflow: "train";
  readonly globals: TrainGlobals | undefined;
  readonly train: Draft<TrainSection> | null;
  readonly validate: Draft<ValidateSection> | null;
}

/** Checks a training config part by part; what is wrong is in the findings. */
export function draftTraining(context: CheckContext): TrainDraft {
  checkRootKeys(context, "train", ["train", "validate", "determinism"], {
    ...Object.fromEntries(["inferer", "metrics"].map((key) => [key, 'put it into "validate"'])),
    ...Object.fromEntries(trainKeys.map((key) => [key, 'put it into "train"'])),
  });
  const globals = readGlobals(context, trainGlobals);
  const train = readTrain(context);
  const validate = readValidate(context);
  if (globals !== undefined && train !== null) crossCheckTraining(context, globals, train, validate);
  warnOfTypos(context);
  warnOfNesting(context);
  return { workflow: "train", globals, train, validate };
}

/**
 * Checks a training config and makes the plan of the run.
 * @throws TomoErrors with every fault, ordered by position.
 */
export function planTraining(
  resolved: ResolvedConfig,
  lookup: ComponentLookup,
  env: Readonly<Record<string, string | undefined>> = process.env,
): TrainPlan {
  const context: CheckContext = { resolved, lookup, findings: new Findings(resolved) };
  return trainPlan(context, draftTraining(context), env);
}

/** The plan that a draft without errors is. @throws TomoErrors with all that is in the findings */
export function trainPlan(
  { resolved, findings }: CheckContext,
  { globals, train, validate }: TrainDraft,
  env: Readonly<Record<string, string | undefined>> = process.env,
): TrainPlan {
  findings.throwIfAny();
  return {
    workflow: "train",
    mmar: resolved.mmar,
    configFile: resolved.source.file,
    globals: { ...globals!, use_amp: ampWanted(globals!.use_amp, env) },
    train: train as TrainSection,
    validate: validate as ValidateSection | null,
    resolved: resolvedJson(resolved),
    warnings: findings.warnings,
  };
}

function readTrain(context: CheckContext): Draft<TrainSection> | null {
  if (!checkSection(context, "train", trainKeys, { metrics: "aux_ops" })) return null;
  return {
    loss: candidate(context, "losses", ["train", "loss"], { required: true }),
    optimizer: readOptimizer(context),
    lr_policy: optionalComponent(context, "lr_policies", ["train", "lr_policy"]),
    model: requiredComponent(context, "models", ["train", "model"]),
    pre_transforms: componentList(context, "transforms", ["train", "pre_transforms"]),
    image_pipeline: locatedPipeline(context, ["train", "image_pipeline"]),
    aux_ops: componentList(context, "aux_ops", ["train", "aux_ops"]),
    batch_transforms: componentList(context, "transforms", ["train", "batch_transforms"]),
    handlers: componentList(context, "handlers", ["train", "handlers"]),
  };
}

function readValidate(context: CheckContext): Draft<ValidateSection> | null {
  if (!takesPart(context, ["validate"])) {
    if (isMisspelt(context, ["validate"])) return null;
    context.findings.warn(
      "TOMO_NO_VALIDATION",
      "there is no validate section, so no best model is chosen",
      [],
    );
    return null;
  }
  if (!checkSection(context, "validate", validateKeys)) return null;
  const transforms = ["validate", "pre_transforms"];
  return {
    metrics: componentList(context, "metrics", ["validate", "metrics"]),
    pre_transforms: componentList(context, "transforms", transforms, refReader(context)),
    image_pipeline: locatedPipeline(context, ["validate", "image_pipeline"]),
    inferer: requiredComponent(context, "inferers", ["validate", "inferer"]),
  };
}

/** Clara trains with Adam when the config names no optimizer. */
function readOptimizer(context: CheckContext): ComponentSpec<"optimizers"> | null {
  const path = ["train", "optimizer"];
  if (takesPart(context, path)) return candidate(context, "optimizers", path, { required: false });
  const declaration = context.lookup.find("optimizers", "Adam");
  if (declaration === undefined) {
    reportUnknownComponent(context, "optimizers", "Adam", path);
    return null;
  }
  const args = declaration.args.parse({}) as JsonObject;
  return { kind: "optimizers", name: "Adam", args, where: context.resolved.where(["train"]) };
}
