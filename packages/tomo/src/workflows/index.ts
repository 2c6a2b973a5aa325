import { checkedTrainPlan, checkedValidationPlan } from "../check/checked_plans.ts";
import { readSetOption, type SetOption } from "../config/variables/set_option.ts";
import type { RunEvent } from "./events.ts";
import { runInThread } from "./host.ts";
import { tolerant } from "./listeners/listener.ts";
import { metricsLog } from "./listeners/metrics_log.ts";
import { profileFiles } from "./listeners/profile_files.ts";
import { tensorBoard } from "./listeners/tensorboard.ts";
import { trainStats } from "./listeners/train_stats.ts";
import { runFiles } from "./run_folder.ts";
import { trainJob } from "./train/job.ts";
import type { TrainResult } from "./train/run.ts";
import { validationJob } from "./validate/job.ts";
import type { ValidationResult } from "./validate/run.ts";

export type * from "./events.ts";
export type { TrainResult, ValidationResult };

/** What `tomo train`, `validate` and `infer` are asked for; paths and variables as on the command line. */
export interface WorkflowOptions {
  /** Root folder of the MMAR. */
  readonly mmar: string;
  /** Relative to the MMAR; default config/config_train.json or config/config_validation.json. */
  readonly config?: string;
  /** Relative to the MMAR; default config/environment.json where that exists. */
  readonly environment?: string;
  /** Variables that win over all files: `{ epochs: 2 }`, or words such as "epochs=2". */
  readonly set?: SetOption;
  /** Aborting ends the run after the present step, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** "auto" (default: a GPU where one can be used), "cpu", "cuda" or "cuda:1". */
  readonly device?: string;
  /** Native threads; default one a core. Another number gives other last bits. */
  readonly threads?: number;
  /** Relative data paths are looked up here first; default the working directory. */
  readonly cwd?: string;
  /** Training: writes where the time goes, step by step, into the folder `profile` of the run folder. */
  readonly profile?: boolean;
}

/**
 * Trains a network as the MMAR's training config says.
 * @throws TomoErrors for faults of config and datalist, all at once; TomoError for what happens later
 */
export async function train(options: WorkflowOptions): Promise<TrainResult> {
  const config = options.config ?? "config/config_train.json";
  const { plan, lists } = await checkedTrainPlan({ ...options, config });
  const job = trainJob(plan, options, lists);
  const { MMAR_CKPT_DIR: folder, train_summary_recording_interval: interval } = job.plan.globals;
  const tell = options.onEvent ?? (() => {});
  const files = [
    tolerant("the event file", tensorBoard(folder, interval), tell),
    tolerant(runFiles.metrics, metricsLog(folder, interval), tell),
    tolerant(runFiles.stats, trainStats(folder), tell),
    ...(job.profile ? profileFiles(folder).map(([name, file]) => tolerant(name, file, tell)) : []),
  ];
  const onEvent = (event: RunEvent): void => {
    for (const file of files) file.on(event);
    tell(event);
  };
  try {
    return await runInThread(job, { signal: options.signal, onEvent });
  } finally {
    for (const file of files) file.close();
  }
}

/**
 * Predicts and, unless `do_validation` is false, measures the cases of a datalist as the MMAR's validation config says.
 * @throws TomoErrors for faults of config and datalist, all at once; TomoError for what happens later
 */
export const validate = (options: WorkflowOptions): Promise<ValidationResult> =>
  runCases("validate", options);

/** `validate` without labels: writes predictions. */
export const infer = (options: WorkflowOptions): Promise<ValidationResult> =>
  runCases("infer", {
    ...options,
    set: withValues(options.set ?? {}, { do_validation: false, output_infer_result: true }),
  });

async function runCases(workflow: "validate" | "infer", options: WorkflowOptions): Promise<ValidationResult> {
  const config = options.config ?? "config/config_validation.json";
  // Clara's evaluator measures only when asked; who types "validate" has asked.
  const defaults = { do_validation: workflow === "validate" };
  const { plan, list } = await checkedValidationPlan({ ...options, config, defaults });
  const job = validationJob(workflow, plan, options, list);
  return await runInThread(job, { signal: options.signal, onEvent: options.onEvent ?? (() => {}) });
}

const withValues = (set: SetOption, values: Readonly<Record<string, boolean>>): SetOption =>
  Object.fromEntries([...readSetOption(set), ...Object.entries(values)]);
