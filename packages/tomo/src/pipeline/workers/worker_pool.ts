import { Worker } from "node:worker_threads";
import { TomoError } from "../../errors/tomo_error.ts";
import { errorFromData } from "../error_data.ts";
import { workerUrl } from "../worker_url.ts";
import type { Executor } from "./executor.ts";
import { type Gate, newGate, shutGate } from "./gate.ts";
import type { Inbox } from "./inbox.ts";
import type { Task, TaskResult, TaskSetting } from "./task.ts";
import type { Answer, WorkerStart } from "./worker_messages.ts";

interface Pending {
  readonly task: Task;
  readonly resolve: (result: TaskResult) => void;
  readonly reject: (reason: unknown) => void;
}

interface Seat {
  /** From 1. */
  readonly number: number;
  readonly worker: Worker;
  readonly gate: Gate;
  /** Posted and not yet answered, oldest first: the worker is at the first one. */
  readonly pending: Pending[];
}

/**
 * Threads that run tasks. Tasks are posted at once and wait inside the worker, so that workers go on while the
 * owner's thread is busy with a training step. Threads start when there is work for them, or by `start`; idle ones do
 * not keep the process alive.
 */
export class WorkerPool implements Executor {
  readonly workers: number;
  readonly #setting: TaskSetting;
  readonly #inbox: Inbox;
  readonly #heapMegabytes: number | undefined;
  readonly #seats: Seat[] = [];
  /** Why no task is taken any more: closed, or a worker died. */
  #ended: { readonly reason: unknown } | undefined;
  #closing: Promise<void> | undefined;

  /** @param heapMegabytes Limit of each worker's JavaScript heap; tensors are not in it. Node's default without. */
  constructor(setting: TaskSetting, workers: number, inbox: Inbox, heapMegabytes?: number) {
    this.workers = workers;
    this.#setting = setting;
    this.#inbox = inbox;
    this.#heapMegabytes = heapMegabytes;
  }

  start(threads: number): void {
    while (this.#seats.length < Math.min(threads, this.workers)) this.#open().worker.unref();
  }

  run(task: Task): Promise<TaskResult> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    const seat = this.#leastBusy();
    return new Promise((resolve, reject) => {
      seat.pending.push({ task, resolve, reject });
      seat.worker.ref();
      seat.worker.postMessage(task);
    });
  }

  close(reason: unknown): Promise<void> {
    this.#ended = { reason };
    this.#closing ??= this.#endWorkers(reason);
    return this.#closing;
  }

  async #endWorkers(reason: unknown): Promise<void> {
    for (const { pending } of this.#seats) for (const { reject } of pending.splice(0)) reject(reason);
    for (const { gate } of this.#seats) shutGate(gate);
    await Promise.all(this.#seats.map(({ worker }) => worker.terminate()));
  }

  #leastBusy(): Seat {
    const load = ({ pending }: Seat) => pending.length;
    const best = this.#seats.reduce<Seat | undefined>(
      (least, seat) => (least === undefined || load(seat) < load(least) ? seat : least),
      undefined,
    );
    if (best !== undefined && (load(best) === 0 || this.#seats.length === this.workers)) return best;
    return this.#open();
  }

  #open(): Seat {
    const gate = newGate();
    const number = this.#seats.length + 1;
    const worker = new Worker(workerUrl(import.meta.url, "worker"), {
      name: `tomo-loader-${number}`,
      workerData: { setting: this.#setting, gate } satisfies WorkerStart,
      resourceLimits:
        this.#heapMegabytes === undefined ? undefined : { maxOldGenerationSizeMb: this.#heapMegabytes },
      execArgv: [],
    });
    const seat: Seat = { number, worker, gate, pending: [] };
    this.#seats.push(seat);
    let fault: unknown;
    worker.on("message", (answer: Answer) => this.#answered(seat, answer));
    worker.on("error", (error) => {
      fault = error;
    });
    worker.on("exit", (code) => this.#died(seat, code, fault));
    return seat;
  }

  #answered({ worker, pending, number }: Seat, answer: Answer): void {
    const asked = pending.shift();
    // one that is being ended must be waited for
    if (pending.length === 0 && this.#closing === undefined) worker.unref();
    if ("error" in answer) asked?.reject(errorFromData(answer.error));
    else {
      const result = this.#inbox.receive(answer.result, number);
      asked?.resolve(result);
    }
  }

  #died(seat: Seat, exitCode: number, fault: unknown): void {
    if (this.#closing !== undefined) return;
    const error = deathOf(seat.pending[0]?.task.sample.caseId, exitCode, fault);
    this.#ended ??= { reason: error };
    for (const { reject } of seat.pending.splice(0)) reject(error);
  }
}

function deathOf(caseId: string | undefined, exitCode: number, fault: unknown): TomoError {
  const outOfMemory = fault instanceof Error && "code" in fault && fault.code === "ERR_WORKER_OUT_OF_MEMORY";
  const reason = outOfMemory
    ? "its JavaScript heap was full"
    : fault instanceof Error
      ? fault.message.split("\n", 1)[0]!
      : `it exited with code ${exitCode}`;
  return new TomoError("TOMO_WORKER_DIED", `a worker thread died: ${reason}`, {
    where: { case: caseId },
    hint: outOfMemory
      ? "use fewer num_workers, or a larger heap: NODE_OPTIONS=--max-old-space-size=8192"
      : "run again with num_workers 0 to see the transform fail in the main thread",
    cause: fault,
  });
}
