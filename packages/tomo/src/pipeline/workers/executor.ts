import { flushDenormals, getThreads, setThreads } from "@tomo/torch";
import type { Visit } from "../schedule.ts";
import { buildTransforms } from "../transform_list.ts";
import type { Inbox } from "./inbox.ts";
import { type PackedSample, packSample } from "./packed_sample.ts";
import { runTask, type Task, type TaskResult, type TaskSetting } from "./task.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Runs tasks, in workers or in the caller's thread; results go through the inbox, which owns their tokens. */
export interface Executor {
  /** Threads beside the caller's; 0 = a task is done when `run` returns. */
  readonly workers: number;
  /** Starts up to so many threads before there is work for them, as they take long to load. */
  readonly start: (threads: number) => void;
  readonly run: (task: Task) => Promise<TaskResult>;
  /** Ends now: what is under way is given up, and its promises reject with `reason`. Never rejects. */
  readonly close: (reason: unknown) => Promise<void>;
}

export async function createExecutor(setting: TaskSetting, workers: number, inbox: Inbox): Promise<Executor> {
  return workers === 0 ? inlineExecutor(setting, inbox) : new WorkerPool(setting, workers, inbox);
}

/** The sample of a visit, from its files through all `length` transforms. */
export async function wholeSample(
  executor: Executor,
  length: number,
  { item, occurrence }: Visit,
  epoch: number,
): Promise<PackedSample> {
  const task = { sample: packSample(item), from: 0, to: length, cacheAt: null };
  return (await executor.run({ ...task, epoch, occurrence })).sample!;
}

/** The conditions of a worker: one thread, since sums depend on how they are split, and denormals as zero. */
async function inlineExecutor(setting: TaskSetting, inbox: Inbox): Promise<Executor> {
  const transforms = await buildTransforms(setting.transforms);
  let closed: { readonly reason: unknown } | undefined;
  return {
    workers: 0,
    start: () => {},
    run: async (task) => {
      if (closed !== undefined) throw closed.reason;
      let result: TaskResult | undefined;
      const threads = getThreads();
      setThreads(1);
      flushDenormals(true);
      try {
        runTask(transforms, setting, task, (pack) => {
          result = inbox.receive(pack(), 0);
        });
      } finally {
        setThreads(threads);
      }
      return result!;
    },
    close: async (reason) => {
      closed ??= { reason };
    },
  };
}
