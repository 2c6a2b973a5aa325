import { checkedTrainPlan, checkedValidationPlan } from "../check/checked_plans.ts";
import type { RunEvent } from "./events.ts";
import { runInThread } from "./host.ts";
import type { WorkflowOptions } from "./index.ts";
import { tolerant } from "./listeners/listener.ts";
import { metricsLog } from "./listeners/metrics_log.ts";
import { profileFiles } from "./listeners/profile_files.ts";
import { tensorBoard } from "./listeners/tensorboard.ts";
import { trainStats } from "./listeners/train_stats.ts";
import { runFiles } from "./run_folder.ts";
import type { RunThread } from "./thread.ts";
import { trainJob } from "./train/job.ts";
import type { TrainResult } from "./train/run.ts";
import { validationJob } from "./validate/job.ts";
import type { ValidationResult } from "./validate/run.ts";

// The caller's half of a run: checks the config, hands the job to the thread, writes the files that record its events.

export async function superviseTraining(thread: RunThread, options: WorkflowOptions): Promise<TrainResult> {
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
    return await runInThread(thread, job, { signal: options.signal, onEvent });
  } finally {
    for (const file of files) file.close();
  }
}

export async function superviseCases(
  thread: RunThread,
  workflow: "validate" | "infer",
  options: WorkflowOptions,
): Promise<ValidationResult> {
  const config = options.config ?? "config/config_validation.json";
  // Clara's evaluator measures only when asked; who types "validate" has asked.
  const defaults = { do_validation: workflow === "validate" };
  const { plan, list } = await checkedValidationPlan({ ...options, config, defaults });
  const job = validationJob(workflow, plan, options, list);
  return await runInThread(thread, job, { signal: options.signal, onEvent: options.onEvent ?? (() => {}) });
}
