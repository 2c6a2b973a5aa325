import type { WorkerTask } from "./workers/inbox.ts";

/** A transform of a chain: how often it ran, and its seconds summed over all workers. */
export interface TransformTime {
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
}

/** What loading has taken so far. */
export interface LoadingTimes {
  readonly workers: number;
  /** In the order of the chain. */
  readonly transforms: readonly TransformTime[];
  /** Seconds of tasks, summed over all workers: transforms, and handing samples over. */
  readonly seconds: number;
  /**
   * Seconds that transforms before the first random one took for cases that had been through them before: what a cache
   * of all cases would have saved.
   */
  readonly repeated: number;
  /** Distinct cases of the list. */
  readonly cases: number;
  /** Null without a cache; `window`: cases that an epoch may hold. */
  readonly cache: { readonly window: number; readonly cases: number; readonly bytes: number } | null;
}

/** Adds up the tasks of one loader. */
export class LoadingMeter {
  readonly #transforms: { name: string; calls: number; seconds: number }[];
  readonly #prefix: number;
  readonly #prepared = new Set<string>();
  #seconds = 0;
  #repeated = 0;

  /** @param prefix Number of transforms before the first random one. */
  constructor(names: readonly string[], prefix: number) {
    this.#transforms = names.map((name) => ({ name, calls: 0, seconds: 0 }));
    this.#prefix = prefix;
  }

  add({ case: name, from, transforms, seconds }: WorkerTask): void {
    this.#seconds += seconds;
    const again = this.#prepared.has(name);
    for (const [n, spent] of transforms.entries()) {
      const transform = this.#transforms[from + n]!;
      transform.calls++;
      transform.seconds += spent;
      if (again && from + n < this.#prefix) this.#repeated += spent;
    }
    this.#prepared.add(name);
  }

  times(): Pick<LoadingTimes, "transforms" | "seconds" | "repeated"> {
    const transforms = this.#transforms.map((transform) => ({ ...transform }));
    return { transforms, seconds: this.#seconds, repeated: this.#repeated };
  }
}
