import type { ErrorData } from "../pipeline/error_data.ts";
import type { RunEvent } from "./events.ts";
import type { TrainJob } from "./train/job.ts";
import type { TrainResult } from "./train/run.ts";
import type { ValidationJob } from "./validate/job.ts";
import type { ValidationResult } from "./validate/run.ts";

/** Work for a thread: plain data. */
export type Job = TrainJob | ValidationJob;
export type JobResult<J extends Job> = J extends TrainJob ? TrainResult : ValidationResult;

/** What the thread is given to begin. */
export interface WorkflowStart {
  readonly job: Job;
  /** Memory of the StopFlag. */
  readonly stop: SharedArrayBuffer;
  /** Folder with translations of users' own files, where there are any; it is made after the thread is started. */
  readonly translations: string | null;
}

/** What the thread says: events, and at the end a result or errors. */
export type WorkerMessage =
  | { readonly event: RunEvent }
  | { readonly result: JobResult<Job> }
  | { readonly errors: readonly ErrorData[]; readonly several: boolean };
