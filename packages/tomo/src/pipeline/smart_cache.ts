import type { DatalistItem } from "../config/datalist_item.ts";
import type { Visit } from "./schedule.ts";
import type { Executor } from "./workers/executor.ts";
import type { Inbox } from "./workers/inbox.ts";
import { bytesOf, type PackedSample, packSample } from "./workers/packed_sample.ts";

interface Entry {
  readonly packed: Promise<PackedSample>;
  /** Known when it is loaded. */
  bytes: number | undefined;
  /** Tasks under way that read the tensors. */
  uses: number;
  evicted: boolean;
}

/**
 * Samples as they are after the deterministic transforms, kept as shared tensors, which workers read without a copy.
 * A case is loaded when it is first used, so training starts while the cache fills.
 */
export class SmartCache {
  readonly #executor: Executor;
  readonly #inbox: Inbox;
  readonly #prefix: number;
  readonly #length: number;
  /** By index in the datalist: duplicates of a case share one entry. */
  readonly #entries = new Map<number, Entry>();

  /** @param prefix Number of transforms whose result is kept. @param length Number of all transforms. */
  constructor(executor: Executor, inbox: Inbox, prefix: number, length: number) {
    this.#executor = executor;
    this.#inbox = inbox;
    this.#prefix = prefix;
    this.#length = length;
  }

  /** The sample of a visit, after all transforms. */
  use(visit: Visit, epoch: number): Promise<PackedSample> {
    const entry = this.#entries.get(visit.item.index);
    return entry === undefined ? this.#useFirst(visit, epoch) : this.#useAgain(entry, visit, epoch);
  }

  /** Loads a case that a later epoch will use. A failure shows when the case is used. */
  prepare(item: DatalistItem): void {
    if (this.#entries.has(item.index)) return;
    const task = { sample: packSample(item), from: 0, to: this.#prefix, cacheAt: null };
    const result = this.#executor.run({ ...task, epoch: 0, occurrence: 0 });
    this.#keep(
      item.index,
      result.then(({ sample }) => sample),
    );
  }

  /** Frees a case as soon as no task reads it. */
  evict(index: number): void {
    const entry = this.#entries.get(index);
    if (entry === undefined) return;
    this.#entries.delete(index);
    entry.evicted = true;
    this.#dropUnused(entry);
  }

  evictAllBut(indices: ReadonlySet<number>): void {
    for (const index of [...this.#entries.keys()]) if (!indices.has(index)) this.evict(index);
  }

  /** Cases that are loaded now and their bytes. */
  state(): { readonly cases: number; readonly bytes: number } {
    const loaded = [...this.#entries.values()].flatMap(({ bytes }) => bytes ?? []);
    return { cases: loaded.length, bytes: loaded.reduce((sum, bytes) => sum + bytes, 0) };
  }

  async #useFirst({ item, occurrence }: Visit, epoch: number): Promise<PackedSample> {
    const task = { sample: packSample(item), from: 0, to: this.#length, cacheAt: this.#prefix };
    const result = this.#executor.run({ ...task, epoch, occurrence });
    this.#keep(
      item.index,
      result.then(({ cached }) => cached!),
    );
    return (await result).sample;
  }

  async #useAgain(entry: Entry, { occurrence }: Visit, epoch: number): Promise<PackedSample> {
    entry.uses++;
    try {
      const task = { sample: await entry.packed, from: this.#prefix, to: this.#length, cacheAt: null };
      return (await this.#executor.run({ ...task, epoch, occurrence })).sample;
    } finally {
      entry.uses--;
      this.#dropUnused(entry);
    }
  }

  #keep(index: number, packed: Promise<PackedSample>): void {
    const entry: Entry = { packed, bytes: undefined, uses: 0, evicted: false };
    this.#entries.set(index, entry);
    packed.then(
      (sample) => {
        entry.bytes = bytesOf(sample);
      },
      () => {
        if (this.#entries.get(index) === entry) this.#entries.delete(index);
      },
    );
  }

  #dropUnused({ packed, uses, evicted }: Entry): void {
    if (!evicted || uses > 0) return;
    packed.then(
      (sample) => this.#inbox.drop(sample),
      () => {},
    );
  }
}
