import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { TomoError } from "../../errors/tomo_error.ts";
import { TomoErrors } from "../../errors/tomo_error.ts";
import type { ComponentLookup } from "../component_spec.ts";
import type { TrainPlan, ValidationPlan } from "../plans.ts";
import { resolveConfig } from "../resolve.ts";
import { planTraining } from "../train_config.ts";
import { planValidation } from "../validation_config.ts";
import type { SetOption } from "../variables/set_option.ts";
import { testLookup } from "./lookup.ts";
import { testMmar } from "./mmar.ts";

const here = fileURLToPath(import.meta.url);
const example = (file: string): string =>
  readFileSync(resolve(here, "../../../../../../examples/segmentation_ct_spleen/config", file), "utf8");

/** The seed's configs, byte for byte. */
export const spleenTrain = example("config_train.json");
export const spleenValidation = example("config_validation.json");
export const chestTrain = readFileSync(resolve(here, "../golden/chestxray_train.json"), "utf8");

/** Variables that the seed's configs need. */
export const dataVariables = { DATASET_JSON: "/data/dataset_0.json", DATA_ROOT: "/data" };

export interface PlanInput {
  readonly environment?: unknown;
  readonly set?: SetOption;
  readonly env?: Readonly<Record<string, string>>;
  readonly lookup?: ComponentLookup;
}

export const trainPlanOf = (config: unknown, input: PlanInput = {}): TrainPlan =>
  planWith(planTraining, config, input);

export const validationPlanOf = (config: unknown, input: PlanInput = {}): ValidationPlan =>
  planWith(planValidation, config, input);

type Planner<Plan> = (
  resolved: ReturnType<typeof resolveConfig>,
  lookup: ComponentLookup,
  env: Readonly<Record<string, string>>,
) => Plan;

function planWith<Plan>(planner: Planner<Plan>, config: unknown, input: PlanInput): Plan {
  const { environment = dataVariables, set, env = {}, lookup = testLookup } = input;
  const mmar = testMmar({ "config/c.json": config, "config/environment.json": environment });
  try {
    return planner(
      resolveConfig({ mmar: mmar.root, config: "config/c.json", set, cwd: mmar.root }),
      lookup,
      env,
    );
  } finally {
    mmar.remove();
  }
}

/** The errors that `act` throws together; none when it succeeds. */
export function faultsOf(act: () => unknown): readonly TomoError[] {
  try {
    act();
  } catch (error) {
    if (error instanceof TomoErrors) return error.errors;
    throw error;
  }
  return [];
}

/** `79:18 TOMO_WRONG_TYPE train.pre_transforms[3].args.pos`. */
export const placeOf = ({ code, where }: TomoError): string =>
  `${where.line}:${where.column} ${code} ${where.configPath ?? ""}`.trim();

/** Replaces the first occurrence in a text; fails when there is none, so that a test cannot go stale. */
export function edit(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the text has no ${from}`);
  return text.replace(from, () => to);
}
