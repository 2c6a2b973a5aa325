import type { ErrorData } from "../pipeline/error_data.ts";
import type { RunEvent } from "./events.ts";
import type { TrainJob } from "./train/job.ts";
import type { TrainResult } from "./train/run.ts";
import type { ValidationJob } from "./validate/job.ts";
import type { ValidationResult } from "./validate/run.ts";

/** Work for a thread: plain data. */
export type Job = TrainJob | ValidationJob;
export type JobResult<J extends Job> = J extends TrainJob ? TrainResult : ValidationResult;

/** What the thread is started with. */
export interface WorkflowStart {
  readonly job: Job;
  /** Memory of the StopFlag. */
  readonly stop: SharedArrayBuffer;
}

/** What the thread says: events, and at the end a result or errors. */
export type WorkerMessage =
  | { readonly event: RunEvent }
  | { readonly result: JobResult<Job> }
  | { readonly errors: readonly ErrorData[]; readonly several: boolean };
