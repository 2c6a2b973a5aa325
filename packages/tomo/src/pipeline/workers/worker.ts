import { parentPort, workerData } from "node:worker_threads";
import { flushDenormals, release, setThreads } from "@tomo/torch";
import { errorData } from "../error_data.ts";
import { buildTransforms } from "../transform_list.ts";
import { passGate } from "./gate.ts";
import { tokensOf } from "./packed_sample.ts";
import { runTask, type Task, type TaskResult } from "./task.ts";
import type { Answer, WorkerStart } from "./worker_messages.ts";

/** Entry of a worker thread: takes tasks, answers each with a sample or an error. */
const { setting, gate } = workerData as WorkerStart;
const port = parentPort!;
setThreads(1);
flushDenormals(true);
const transforms = await buildTransforms(setting.transforms);

port.on("message", (task: Task) => {
  try {
    runTask(transforms, setting, task, (pack) => passGate(gate, () => postResult(pack())));
  } catch (error) {
    port.postMessage({ error: errorData(error) } satisfies Answer);
  }
});

function postResult(result: TaskResult): void {
  try {
    port.postMessage({ result } satisfies Answer);
  } catch (error) {
    for (const sample of [result.sample, result.cached])
      if (sample !== null) tokensOf(sample).forEach(release);
    throw error;
  }
}
