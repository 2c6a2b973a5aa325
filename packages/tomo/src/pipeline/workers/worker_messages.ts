import type { ErrorData } from "../error_data.ts";
import type { Gate } from "./gate.ts";
import type { TaskResult, TaskSetting } from "./task.ts";

/** What a worker is started with. */
export interface WorkerStart {
  readonly setting: TaskSetting;
  readonly gate: Gate;
}

/** A worker answers its tasks in the order in which it got them. */
export type Answer = { readonly result: TaskResult } | { readonly error: ErrorData };
