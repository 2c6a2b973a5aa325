import { Worker } from "node:worker_threads";
import { TomoError, TomoErrors } from "../errors/tomo_error.ts";
import { errorFromData } from "../pipeline/error_data.ts";
import { workerUrl } from "../pipeline/worker_url.ts";
import type { RunEvent } from "./events.ts";
import type { Job, JobResult, WorkerMessage, WorkflowStart } from "./job.ts";
import { StopFlag } from "./stop_flag.ts";

export interface HostOptions {
  readonly onEvent: (event: RunEvent) => void;
  /** Aborting ends the run after its present step, with a checkpoint. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a job in a thread of its own, so that this one stays responsive while operators block that one.
 * @throws what the run throws; TomoError TOMO_WORKER_DIED when the thread ends without an answer
 */
export function runInThread<J extends Job>(job: J, { onEvent, signal }: HostOptions): Promise<JobResult<J>> {
  const stop = new StopFlag();
  const request = () => stop.request();
  if (signal?.aborted) request();
  signal?.addEventListener("abort", request);
  const start: WorkflowStart = { job, stop: stop.memory };
  spinBriefly();
  const worker = new Worker(workerUrl(import.meta.url, "worker"), {
    name: `tomo-${job.workflow}`,
    workerData: start,
    execArgv: [],
  });
  const ended = new Promise<JobResult<J>>((resolve, reject) => {
    worker.on("message", (message: WorkerMessage) => {
      if ("event" in message) onEvent(message.event);
      else if ("result" in message) resolve(message.result as JobResult<J>);
      else reject(thrownBy(message));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(diedWith(code)));
  });
  return ended.finally(async () => {
    signal?.removeEventListener("abort", request);
    await worker.terminate();
  });
}

/**
 * How long native threads spin before they sleep at the end of a parallel region; read when libtorch is loaded.
 * libgomp's own choice makes a step 20 times as slow as soon as anything else wants the cores; sleeping at once
 * costs 20 % when nothing does. A thousand turns cost 3 % at most in either case (docs/decisions.md).
 */
export function spinBriefly(): void {
  const { env } = process;
  if (env.OMP_WAIT_POLICY === undefined) env.GOMP_SPINCOUNT ??= "1000";
}

function thrownBy({ errors, several }: Extract<WorkerMessage, { errors: unknown }>): unknown {
  const restored = errors.map(errorFromData);
  return several ? new TomoErrors(restored) : restored[0];
}

const diedWith = (code: number): TomoError =>
  new TomoError("TOMO_WORKER_DIED", `the thread of the run ended with code ${code} and no answer`, {
    hint: "memory may have run out; look at the last lines above, and at the system's log",
  });
