import { componentsFor } from "../components/own/lookup.ts";
import type { Datalist } from "../config/datalist.ts";
import type { TrainPlan, ValidationPlan } from "../config/plans.ts";
import { type ConfigOptions, resolveConfig } from "../config/resolve.ts";
import { trainPlan } from "../config/train_config.ts";
import { validationPlan } from "../config/validation_config.ts";
import { type TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { componentsOf, trainingIn, usualTraining } from "./check_mmar.ts";
import type { CheckedList } from "./checked_list.ts";
import { checkTraining } from "./training_file.ts";
import { checkValidation } from "./validation_file.ts";

/** A plan that passed the static check, with the datalists that the check has read. */
export interface CheckedTraining {
  readonly plan: TrainPlan;
  readonly lists: { readonly training: Datalist; readonly validation: Datalist | null };
}

export interface CheckedValidation {
  readonly plan: ValidationPlan;
  readonly list: Datalist;
}

/**
 * The plan of a training run whose config and data passed the static check.
 * @throws TomoErrors with all that is wrong, as `tomo check` says it; data that is not here is an error too
 */
export async function checkedTrainPlan(options: ConfigOptions): Promise<CheckedTraining> {
  const resolved = resolveConfig(options);
  const { context, draft, lists, dataErrors } = checkTraining(resolved, await componentsFor(resolved));
  const { training, validation } = lists;
  throwAll(context.findings.errors, dataErrors, training, validation);
  return {
    plan: trainPlan(context, draft),
    lists: { training: training.list!, validation: validation.list },
  };
}

/** As `checkedTrainPlan`, for validation and inference. */
export async function checkedValidationPlan(options: ConfigOptions): Promise<CheckedValidation> {
  const resolved = resolveConfig(options);
  const lookup = await componentsOf(options, [options.config, usualTraining]);
  const checked = checkValidation(resolved, trainingIn(options, usualTraining, lookup), lookup);
  throwAll(checked.context.findings.errors, checked.dataErrors, checked.list);
  return { plan: validationPlan(checked.context, checked.draft), list: checked.list.list! };
}

function throwAll(
  config: readonly TomoError[],
  data: readonly TomoError[],
  ...lists: readonly CheckedList[]
): void {
  const errors = [...config, ...data, ...lists.flatMap(({ absent }) => absent)];
  if (errors.length > 0) throw new TomoErrors(errors);
}
