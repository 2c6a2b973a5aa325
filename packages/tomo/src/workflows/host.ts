import { knownTranslations } from "../components/own/translations.ts";
import { TomoErrors } from "../errors/tomo_error.ts";
import { errorFromData } from "../pipeline/error_data.ts";
import type { RunEvent } from "./events.ts";
import type { Job, JobResult, WorkerMessage, WorkflowStart } from "./job.ts";
import { StopFlag } from "./stop_flag.ts";
import type { RunThread } from "./thread.ts";

export interface HostOptions {
  readonly onEvent: (event: RunEvent) => void;
  /** Aborting ends the run after its present step, with a checkpoint. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a job in a thread of its own, so that this one stays responsive while operators block that one.
 * @throws what the run throws; TomoError TOMO_WORKER_DIED when the thread ends without an answer
 */
export async function runInThread<J extends Job>(
  { worker, ended }: RunThread,
  job: J,
  { onEvent, signal }: HostOptions,
): Promise<JobResult<J>> {
  const stop = new StopFlag();
  const request = () => stop.request();
  if (signal?.aborted) request();
  signal?.addEventListener("abort", request);
  const answered = new Promise<JobResult<J>>((resolve, reject) => {
    worker.on("message", (message: WorkerMessage) => {
      if ("event" in message) onEvent(message.event);
      else if ("result" in message) resolve(message.result as JobResult<J>);
      else reject(thrownBy(message));
    });
  });
  const start: WorkflowStart = { job, stop: stop.memory, translations: knownTranslations() };
  try {
    worker.postMessage(start);
    return await Promise.race([answered, ended]);
  } finally {
    signal?.removeEventListener("abort", request);
  }
}

function thrownBy({ errors, several }: Extract<WorkerMessage, { errors: unknown }>): unknown {
  const restored = errors.map(errorFromData);
  return several ? new TomoErrors(restored) : restored[0];
}
