import type { DatalistItem } from "../config/datalist_item.ts";
import { CacheBudget, type Place } from "./cache_budget.ts";
import type { Visit } from "./schedule.ts";
import { type Executor, wholeSample } from "./workers/executor.ts";
import type { Inbox } from "./workers/inbox.ts";
import { bytesOf, expandedBytesOf, type PackedSample, packSample } from "./workers/packed_sample.ts";

interface Entry {
  readonly place: Place;
  /** Null when there is no room for it. */
  readonly packed: Promise<PackedSample | null>;
  /** Known when it is loaded. */
  size: { readonly bytes: number; readonly expanded: number } | undefined;
  /** Tasks under way that read the tensors. */
  uses: number;
  evicted: boolean;
}

export interface SmartCacheOptions {
  readonly executor: Executor;
  readonly inbox: Inbox;
  /** Number of transforms whose result is kept. */
  readonly prefix: number;
  /** Number of all transforms. */
  readonly length: number;
  /** Bytes that the kept samples may take. */
  readonly memory: number;
  /** Told once, when the first case does not fit: what is kept then. */
  readonly onFull: (kept: { readonly cases: number; readonly bytes: number }) => void;
}

/** Cases that are kept now. */
export interface CacheState {
  readonly cases: number;
  readonly bytes: number;
  /** Bytes as the transforms made them. */
  readonly expanded: number;
}

/**
 * Samples as they are after the deterministic transforms, kept as shared tensors, which workers read without a copy.
 * A case is loaded when it is first used, so training starts while the cache fills. What has no room in `memory` is
 * loaded anew each time: what comes out is the same.
 */
export class SmartCache {
  readonly #options: SmartCacheOptions;
  readonly #budget: CacheBudget;
  /** By index in the datalist: duplicates of a case share one entry. */
  readonly #entries = new Map<number, Entry>();
  /** Places of cases that were evicted, until the next epoch. */
  #left: Place[] = [];
  #toldFull = false;

  constructor(options: SmartCacheOptions) {
    this.#options = options;
    this.#budget = new CacheBudget(options.memory, Math.max(1, options.executor.workers));
  }

  /** The sample of a visit, after all transforms; of a case that leaves the cache now, `last` is true. */
  use(visit: Visit, epoch: number, last = false): Promise<PackedSample> {
    const entry = this.#entries.get(visit.item.index);
    if (entry !== undefined) return this.#useAgain(entry, visit, epoch);
    return last || this.#budget.full ? this.#useOnce(visit, epoch) : this.#useFirst(visit, epoch);
  }

  /** Loads a case that a later epoch will use, if there is room. A failure shows when the case is used. */
  prepare(item: DatalistItem): void {
    const { executor, prefix } = this.#options;
    if (this.#entries.has(item.index) || this.#budget.full) return;
    const place = this.#budget.enter();
    const task = { sample: packSample(item), from: 0, to: null, cacheAt: prefix };
    const load = async () =>
      (await place.start) ? (await executor.run({ ...task, epoch: 0, occurrence: 0 })).cached : null;
    this.#keep(item.index, place, load());
  }

  /** Frees a case as soon as no task reads it. */
  evict(index: number): void {
    const entry = this.#entries.get(index);
    if (entry === undefined) return;
    this.#entries.delete(index);
    this.#left.push(entry.place);
    entry.evicted = true;
    this.#dropUnused(entry);
  }

  /** Before an epoch: evicts what it does not need, and makes room for others of what was evicted. */
  evictAllBut(indices: ReadonlySet<number>): void {
    for (const index of [...this.#entries.keys()]) if (!indices.has(index)) this.evict(index);
    this.#budget.leave(this.#left.splice(0));
  }

  state(): CacheState {
    const sizes = [...this.#entries.values()].flatMap(({ size }) => size ?? []);
    return {
      cases: sizes.length,
      bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
      expanded: sizes.reduce((sum, { expanded }) => sum + expanded, 0),
    };
  }

  #useOnce(visit: Visit, epoch: number): Promise<PackedSample> {
    const { executor, length } = this.#options;
    return wholeSample(executor, length, visit, epoch);
  }

  async #useFirst({ item, occurrence }: Visit, epoch: number): Promise<PackedSample> {
    const { executor, length, prefix } = this.#options;
    const place = this.#budget.enter();
    const task = { sample: packSample(item), from: 0, to: length };
    const load = async () =>
      executor.run({ ...task, cacheAt: (await place.start) ? prefix : null, epoch, occurrence });
    const result = load();
    this.#keep(
      item.index,
      place,
      result.then(({ cached }) => cached),
    );
    return (await result).sample!;
  }

  async #useAgain(entry: Entry, visit: Visit, epoch: number): Promise<PackedSample> {
    const { executor, prefix, length } = this.#options;
    entry.uses++;
    try {
      const sample = await entry.packed;
      if (sample === null) return await this.#useOnce(visit, epoch);
      const task = { sample, from: prefix, to: length, cacheAt: null };
      return (await executor.run({ ...task, epoch, occurrence: visit.occurrence })).sample!;
    } finally {
      entry.uses--;
      this.#dropUnused(entry);
    }
  }

  #keep(index: number, place: Place, loading: Promise<PackedSample | null>): void {
    const packed = this.#keptOrDropped(place, loading);
    const entry: Entry = { place, packed, size: undefined, uses: 0, evicted: false };
    this.#entries.set(index, entry);
    const forget = () => {
      if (this.#entries.get(index) === entry) this.#entries.delete(index);
    };
    packed.then((sample) => {
      if (sample === null) return forget();
      entry.size = { bytes: bytesOf(sample), expanded: expandedBytesOf(sample) };
    }, forget);
  }

  async #keptOrDropped(place: Place, loading: Promise<PackedSample | null>): Promise<PackedSample | null> {
    let sample: PackedSample | null = null;
    try {
      sample = await loading;
    } finally {
      if (sample === null) void place.loaded(null);
    }
    if (sample === null || (await place.loaded(bytesOf(sample)))) return sample;
    this.#options.inbox.drop(sample);
    if (!this.#toldFull) this.#options.onFull(this.#budget.kept);
    this.#toldFull = true;
    return null;
  }

  #dropUnused({ packed, uses, evicted }: Entry): void {
    if (!evicted || uses > 0) return;
    packed.then(
      (sample) => sample && this.#options.inbox.drop(sample),
      () => {},
    );
  }
}
