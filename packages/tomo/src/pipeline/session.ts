import { LoadingMeter } from "./loading_times.ts";
import { createExecutor, type Executor } from "./workers/executor.ts";
import { Inbox, type WorkerTask } from "./workers/inbox.ts";
import type { TaskSetting } from "./workers/task.ts";

export interface SessionOptions extends TaskSetting {
  readonly numWorkers: number;
  /** Number of transforms before the first random one. */
  readonly prefix: number;
  readonly warn: (message: string) => void;
  readonly onTask?: (task: WorkerTask) => void;
  readonly signal?: AbortSignal;
}

/** The life of a loader: its executor and what it holds, until it is closed or aborted. */
export interface Session {
  readonly executor: Executor;
  readonly inbox: Inbox;
  readonly meter: LoadingMeter;
  /** Throws why the loader was closed. */
  readonly checkOpen: () => void;
  readonly close: () => Promise<void>;
}

export async function openSession(options: SessionOptions): Promise<Session> {
  const { transforms, seed, sameSize, signal } = options;
  const meter = new LoadingMeter(
    transforms.map(({ name }) => name),
    options.prefix,
  );
  const inbox = new Inbox(options.warn, (task) => {
    meter.add(task);
    options.onTask?.(task);
  });
  const setting = { transforms, seed, sameSize };
  const executor = await createExecutor(setting, options.numWorkers, inbox);
  let ended: { readonly reason: unknown } | undefined;
  const end = async (reason: unknown) => {
    ended ??= { reason };
    signal?.removeEventListener("abort", abort);
    await executor.close(reason);
    inbox.clear();
  };
  const abort = () => void end(signal?.reason);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  return {
    executor,
    inbox,
    meter,
    checkOpen: () => {
      if (ended !== undefined) throw ended.reason;
    },
    close: () => end(new DOMException("the loader was closed", "AbortError")),
  };
}
