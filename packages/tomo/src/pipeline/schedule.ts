import type { DatalistItem } from "../config/datalist_item.ts";
import { RandomStream } from "../data/random.ts";

/** One use of a case in an epoch. */
export interface Visit {
  readonly item: DatalistItem;
  /** How often the case stands before in the whole list. */
  readonly occurrence: number;
}

export interface ScheduleOptions {
  readonly items: readonly DatalistItem[];
  readonly duplicateCount: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly cache: { readonly objects: number; readonly replacePercent: number } | null;
}

/** Which cases an epoch visits, in which order: a function of (options, epoch) alone. */
export interface Schedule {
  /** Length of the whole list. */
  readonly total: number;
  readonly visitsPerEpoch: number;
  /** Cases exchanged after each epoch; 0 when all are cached, or without a cache. */
  readonly replaced: number;
  /** The part of the list that epoch `epoch` (1-based) uses, before it is shuffled for the epoch. */
  readonly window: (epoch: number) => readonly Visit[];
  readonly visits: (epoch: number) => readonly Visit[];
}

/**
 * Without a cache every epoch visits the whole list. With one, a window of `objects` entries moves over the list,
 * which is shuffled once, by R = ceil(objects * replacePercent) entries an epoch, and wraps around at the end. The
 * visits inside an epoch are shuffled anew each epoch.
 */
export function createSchedule({ items, duplicateCount, shuffle, seed, cache }: ScheduleOptions): Schedule {
  const list = visitsOf(items, duplicateCount);
  const total = list.length;
  const visitsPerEpoch = cache === null ? total : Math.min(cache.objects, total);
  const moves = cache !== null && visitsPerEpoch < total;
  const replaced = moves ? replacedPerEpoch(cache.objects, cache.replacePercent) : 0;
  const order = shuffle && moves ? orderStream(seed, 0).shuffled(list) : list;
  const window = (epoch: number) => {
    const start = (epoch - 1) * replaced;
    return Array.from({ length: visitsPerEpoch }, (_, n) => order[(start + n) % total]!);
  };
  return {
    total,
    visitsPerEpoch,
    replaced,
    window,
    visits: (epoch) => (shuffle ? orderStream(seed, epoch).shuffled(window(epoch)) : window(epoch)),
  };
}

/** ceil(N * r), unharmed by rounding: 100 * 0.07 is 7.000000000000001 in floating point. */
export const replacedPerEpoch = (objects: number, replacePercent: number): number =>
  Math.max(0, Math.ceil(objects * replacePercent - 1e-9));

function visitsOf(items: readonly DatalistItem[], duplicateCount: number): Visit[] {
  const seen = new Map<number, number>();
  return Array.from({ length: duplicateCount }, () => items)
    .flat()
    .map((item) => {
      const occurrence = seen.get(item.index) ?? 0;
      seen.set(item.index, occurrence + 1);
      return { item, occurrence };
    });
}

/** A stream that no case and no transform has; epoch 0 is for the order of the whole list. */
const orderStream = (seed: number, epoch: number): RandomStream =>
  new RandomStream({ seed, epoch, index: 2 ** 32 - 1, transform: 2 ** 32 - 1 });
