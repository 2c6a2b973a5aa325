import { Worker } from "node:worker_threads";
import { TomoError } from "../errors/tomo_error.ts";
import { workerUrl } from "../pipeline/worker_url.ts";

/** The thread of a run, which waits for its job. */
export interface RunThread {
  readonly worker: Worker;
  /** Rejects when the thread ends. */
  readonly ended: Promise<never>;
}

/** Starts a thread, which loads its modules while `use` makes the job, and ends it after `use`. */
export async function withThread<T>(name: string, use: (thread: RunThread) => Promise<T>): Promise<T> {
  spinBriefly();
  const worker = new Worker(workerUrl(import.meta.url, "worker"), { name, execArgv: [] });
  const ended = new Promise<never>((_, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) => reject(diedWith(code)));
  });
  // whoever gives it a job is told
  ended.catch(() => {});
  try {
    return await use({ worker, ended });
  } finally {
    await worker.terminate();
  }
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

const diedWith = (code: number): TomoError =>
  new TomoError("TOMO_WORKER_DIED", `the thread of the run ended with code ${code} and no answer`, {
    hint: "memory may have run out; look at the last lines above, and at the system's log",
  });
