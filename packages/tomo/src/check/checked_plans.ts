import type { TrainPlan, ValidationPlan } from "../config/plans.ts";
import { type ConfigOptions, resolveConfig } from "../config/resolve.ts";
import { trainPlan } from "../config/train_config.ts";
import { validationPlan } from "../config/validation_config.ts";
import { trainingIn, usualTraining } from "./check_mmar.ts";
import { checkTraining } from "./training_file.ts";
import { checkValidation } from "./validation_file.ts";

/**
 * The plan of a training run whose config passed the static check.
 * @throws TomoErrors with all that is wrong with the config, as `tomo check` says it
 */
export function checkedTrainPlan(options: ConfigOptions): TrainPlan {
  const { context, draft } = checkTraining(resolveConfig(options));
  return trainPlan(context, draft);
}

/** As `checkedTrainPlan`, for validation and inference. */
export function checkedValidationPlan(options: ConfigOptions): ValidationPlan {
  const training = trainingIn(options, usualTraining);
  const { context, draft } = checkValidation(resolveConfig(options), training);
  return validationPlan(context, draft);
}
