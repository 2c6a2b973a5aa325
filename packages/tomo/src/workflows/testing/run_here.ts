import { registry } from "../../components/registry.ts";
import { resolveConfig } from "../../config/resolve.ts";
import type { Json } from "../../config/source/json.ts";
import { planTraining } from "../../config/train_config.ts";
import { planValidation } from "../../config/validation_config.ts";
import { TomoError, TomoErrors } from "../../errors/tomo_error.ts";
import type { RunEvent } from "../events.ts";
import { StopFlag } from "../stop_flag.ts";
import { trainJob } from "../train/job.ts";
import { type TrainResult, trainRun } from "../train/run.ts";
import { validationJob } from "../validate/job.ts";
import { type ValidationResult, validateRun } from "../validate/run.ts";

export interface Run<Result> {
  readonly events: RunEvent[];
  readonly result: Result;
}
export interface Here {
  readonly set?: Readonly<Record<string, Json>>;
  readonly stop?: StopFlag;
  readonly profile?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
}

/** A training run in this thread, on one core. */
export function trainHere(mmar: string, here: Here = {}): Promise<Run<TrainResult>> {
  const { set, profile, stop = new StopFlag() } = here;
  const plan = planTraining(resolveConfig({ mmar, config: "config/config_train.json", set }), registry, {});
  return gather(trainRun(trainJob(plan, { device: "cpu", threads: 1, profile }), stop), here);
}

/** A validation run in this thread, on one core. */
export function validateHere(mmar: string, here: Here = {}): Promise<Run<ValidationResult>> {
  const { set, stop = new StopFlag() } = here;
  const config = resolveConfig({ mmar, config: "config/config_validation.json", set });
  const job = validationJob("validate", planValidation(config, registry, {}), { device: "cpu", threads: 1 });
  return gather(validateRun(job, stop), here);
}

async function gather<T>(run: AsyncGenerator<RunEvent, T>, { onEvent }: Here): Promise<Run<T>> {
  const events: RunEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { events, result: next.value };
    events.push(next.value);
    onEvent?.(next.value);
  }
}

export const only = <T extends RunEvent["type"]>(
  { events }: { readonly events: readonly RunEvent[] },
  type: T,
) => events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

/** The (first) TomoError that a run fails with; any other outcome fails the test. */
export async function failureOf(run: () => Promise<unknown>): Promise<TomoError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof TomoErrors) return error.errors[0]!;
    if (error instanceof TomoError) return error;
    throw error;
  }
  throw new Error("the run did not fail");
}
