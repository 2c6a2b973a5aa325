import { registry } from "../components/registry.ts";
import { resolveConfig } from "../config/resolve.ts";
import { planTraining } from "../config/train_config.ts";
import type { SetOption } from "../config/variables/set_option.ts";
import type { RunEvent } from "./events.ts";
import { runInThread } from "./host.ts";
import { trainJob } from "./train/job.ts";
import type { TrainResult } from "./train/run.ts";

export type * from "./events.ts";
export type { TrainResult };

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
}

/**
 * Trains a network as the MMAR's training config says.
 * @throws TomoErrors for faults of config and datalist, all at once; TomoError for what happens later
 */
export async function train(options: WorkflowOptions): Promise<TrainResult> {
  const config = options.config ?? "config/config_train.json";
  const plan = planTraining(resolveConfig({ ...options, config }), registry);
  const job = trainJob(plan, options);
  return runInThread(job, { signal: options.signal, onEvent: options.onEvent ?? (() => {}) });
}
