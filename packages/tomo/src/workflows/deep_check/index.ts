import { evaluationCaseFaults, trainingCaseFaults } from "../../check/case_faults.ts";
import { componentsOf, trainingIn, usualTraining } from "../../check/check_mmar.ts";
import { checkedTrainPlan, checkedValidationPlan } from "../../check/checked_plans.ts";
import { errorsOf } from "../../check/errors_of.ts";
import { type ConfigOptions, resolveConfig } from "../../config/resolve.ts";
import type { WorkflowKind } from "../../config/workflow_kind.ts";
import { type TomoError, TomoErrors } from "../../errors/tomo_error.ts";
import { spinBriefly } from "../thread.ts";
import type { DeepCheck } from "./report.ts";
import { Stage } from "./stage.ts";
import { tryTraining } from "./training.ts";
import { tryEvaluation } from "./validation.ts";

export type { DeepCheck };

/**
 * Tries a config that passed the static check: all headers, one step, one case. What goes wrong is a result, except for
 * faults that are Tomo's or the engine's own.
 */
export async function deepCheck(
  kind: WorkflowKind,
  options: ConfigOptions,
  tell: (text: string) => void,
): Promise<DeepCheck & { readonly errors: readonly TomoError[] }> {
  spinBriefly();
  const stage = new Stage(tell);
  const errors = await errorsOf(async () => {
    await stage.try("sizes and channels of all cases", async () => refuse(await caseFaults(kind, options)));
    if (kind === "train") await tryTraining(await checkedTrainPlan(options), stage);
    else await tryEvaluation(await checkedValidationPlan(options), stage);
  });
  return { ...stage.report(), errors };
}

async function caseFaults(kind: WorkflowKind, options: ConfigOptions): Promise<readonly TomoError[]> {
  const lookup = await componentsOf(options, [options.config, usualTraining]);
  return kind === "train"
    ? trainingCaseFaults(resolveConfig(options), lookup)
    : evaluationCaseFaults(resolveConfig(options), trainingIn(options, usualTraining, lookup), lookup);
}

function refuse(errors: readonly TomoError[]): void {
  if (errors.length > 0) throw new TomoErrors(errors);
}
