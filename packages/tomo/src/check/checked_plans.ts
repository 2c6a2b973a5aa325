import { componentsFor } from "../components/own/lookup.ts";
import type { TrainPlan, ValidationPlan } from "../config/plans.ts";
import { type ConfigOptions, resolveConfig } from "../config/resolve.ts";
import { trainPlan } from "../config/train_config.ts";
import { validationPlan } from "../config/validation_config.ts";
import { componentsOf, trainingIn, usualTraining } from "./check_mmar.ts";
import { checkTraining } from "./training_file.ts";
import { checkValidation } from "./validation_file.ts";

/**
 * The plan of a training run whose config passed the static check.
 * @throws TomoErrors with all that is wrong with the config, as `tomo check` says it
 */
export async function checkedTrainPlan(options: ConfigOptions): Promise<TrainPlan> {
  const resolved = resolveConfig(options);
  const { context, draft } = checkTraining(resolved, await componentsFor(resolved));
  return trainPlan(context, draft);
}

/** As `checkedTrainPlan`, for validation and inference. */
export async function checkedValidationPlan(options: ConfigOptions): Promise<ValidationPlan> {
  const resolved = resolveConfig(options);
  const lookup = await componentsOf(options, [options.config, usualTraining]);
  const { context, draft } = checkValidation(resolved, trainingIn(options, usualTraining, lookup), lookup);
  return validationPlan(context, draft);
}
