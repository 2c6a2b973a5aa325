import { parentPort, workerData } from "node:worker_threads";
import { TomoErrors } from "../errors/tomo_error.ts";
import { errorData } from "../pipeline/error_data.ts";
import type { WorkerMessage, WorkflowStart } from "./job.ts";
import { StopFlag } from "./stop_flag.ts";
import { trainRun } from "./train/run.ts";
import { validateRun } from "./validate/run.ts";

/** Entry of the thread that does a run: passes on its events, then its result or its errors. */
const { job, stop } = workerData as WorkflowStart;
const say = (message: WorkerMessage): void => parentPort!.postMessage(message);

try {
  const flag = new StopFlag(stop);
  const events = job.workflow === "train" ? trainRun(job, flag) : validateRun(job, flag);
  for (;;) {
    const next = await events.next();
    if (next.done === true) {
      say({ result: next.value });
      break;
    }
    say({ event: next.value });
  }
} catch (error) {
  const several = error instanceof TomoErrors;
  say({ errors: several ? error.errors.map(errorData) : [errorData(error)], several });
}
