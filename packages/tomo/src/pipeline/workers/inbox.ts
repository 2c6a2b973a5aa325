import { release } from "@tomo/torch";
import type { Sample } from "../../data/sample.ts";
import { type PackedSample, tokensOf, unpackSample } from "./packed_sample.ts";
import type { TaskResult, TaskTimes } from "./task.ts";

/** Times of a task with who did it: 0 = the thread of the loader, else the number of a worker. */
export interface WorkerTask extends TaskTimes {
  readonly worker: number;
}

/** Owns the tokens of all samples that came in and were not taken yet, so that closing can never leak one. */
export class Inbox {
  readonly #tokens = new Set<number>();
  readonly #warned = new Set<string>();
  readonly #warn: (message: string) => void;
  readonly #timed: (task: WorkerTask) => void;

  constructor(warn: (message: string) => void, timed: (task: WorkerTask) => void = () => {}) {
    this.#warn = warn;
    this.#timed = timed;
  }

  /** Becomes the owner of a result's tokens; passes on its times, and each warning once. */
  receive(result: TaskResult, worker: number): TaskResult {
    this.#timed({ ...result.times, worker });
    for (const sample of [result.sample, result.cached])
      if (sample !== null) for (const token of tokensOf(sample)) this.#tokens.add(token);
    for (const message of result.warnings)
      if (!this.#warned.has(message)) {
        this.#warned.add(message);
        this.#warn(message);
      }
    return result;
  }

  /** The sample with its tensors in this thread, in the caller's scope. */
  take(packed: PackedSample): Sample {
    for (const token of tokensOf(packed)) this.#tokens.delete(token);
    return unpackSample(packed, false);
  }

  /** Frees a sample that nobody will take; harmless for one that was taken. */
  drop(packed: PackedSample): void {
    for (const token of tokensOf(packed)) if (this.#tokens.delete(token)) release(token);
  }

  clear(): void {
    this.#tokens.forEach(release);
    this.#tokens.clear();
  }
}
