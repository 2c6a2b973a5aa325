import { parentPort } from "node:worker_threads";
import { useTranslations } from "../components/own/translations.ts";
import { TomoErrors } from "../errors/tomo_error.ts";
import { errorData } from "../pipeline/error_data.ts";
import type { WorkerMessage, WorkflowStart } from "./job.ts";
import { StopFlag } from "./stop_flag.ts";
import { trainRun } from "./train/run.ts";
import { validateRun } from "./validate/run.ts";

/** Entry of the thread that does a run: waits for its job, passes on its events, then its result or its errors. */
const port = parentPort!;
const say = (message: WorkerMessage): void => port.postMessage(message);
const { job, stop, translations } = await new Promise<WorkflowStart>((resolve) =>
  port.once("message", resolve),
);
if (translations !== null) useTranslations(translations);

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
