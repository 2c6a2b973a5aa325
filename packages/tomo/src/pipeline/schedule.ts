import type { Sampling } from "../components/image_pipelines/settings.ts";
import type { DatalistItem } from "../config/datalist_item.ts";
import { RandomStream } from "../data/random.ts";
import { categoriesOf, draw, drawsPerCategory } from "./sampling.ts";

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
  /** Draws cases by category instead of each once; null or left out without balancing. */
  readonly sampling?: (Sampling & { readonly labelFormat: readonly number[] }) | null;
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
 * visits inside an epoch are shuffled anew each epoch. With sampling an epoch draws from the list or the window.
 */
export function createSchedule(options: ScheduleOptions): Schedule {
  const { items, duplicateCount, shuffle, seed, cache, sampling = null } = options;
  const list = visitsOf(items, duplicateCount);
  const total = list.length;
  const windowLength = cache === null ? total : Math.min(cache.objects, total);
  const moves = cache !== null && windowLength < total;
  const replaced = moves ? replacedPerEpoch(cache.objects, cache.replacePercent) : 0;
  const order = shuffle && moves ? orderStream(seed, 0).shuffled(list) : list;
  const window = (epoch: number) => {
    const start = (epoch - 1) * replaced;
    return Array.from({ length: windowLength }, (_, n) => order[(start + n) % total]!);
  };
  const common = { total, replaced, window };
  if (sampling !== null) return { ...common, ...sampled(options, sampling, window, windowLength) };
  return {
    ...common,
    visitsPerEpoch: windowLength,
    visits: (epoch) => (shuffle ? orderStream(seed, epoch).shuffled(window(epoch)) : window(epoch)),
  };
}

/** Visits drawn by category. What a window has no case for goes to the other categories, so epochs are equally long. */
function sampled(
  { items, seed }: ScheduleOptions,
  sampling: Sampling & { readonly labelFormat: readonly number[] },
  window: Schedule["window"],
  length: number,
): Pick<Schedule, "visitsPerEpoch" | "visits"> {
  const counts = drawsPerCategory(categoriesOf(items, sampling.labelFormat), sampling, length);
  const visitsPerEpoch = counts.reduce((sum, count) => sum + count, 0);
  return {
    visitsPerEpoch,
    visits: (epoch) => {
      const random = orderStream(seed, epoch);
      const inMemory = [...new Set(window(epoch).map(({ item }) => item))];
      const drawn = categoriesOf(inMemory, sampling.labelFormat).flatMap((category, n) =>
        draw(category, counts[n]!, random),
      );
      const all = [...drawn, ...draw(inMemory, visitsPerEpoch - drawn.length, random)];
      return withOccurrences(random.shuffled(all));
    },
  };
}

/** ceil(N * r), unharmed by rounding: 100 * 0.07 is 7.000000000000001 in floating point. */
export const replacedPerEpoch = (objects: number, replacePercent: number): number =>
  Math.max(0, Math.ceil(objects * replacePercent - 1e-9));

const visitsOf = (items: readonly DatalistItem[], duplicateCount: number): Visit[] =>
  withOccurrences(Array.from({ length: duplicateCount }, () => items).flat());

/** Each time that a case comes again it gets draws of its own. */
function withOccurrences(items: readonly DatalistItem[]): Visit[] {
  const seen = new Map<number, number>();
  return items.map((item) => {
    const occurrence = seen.get(item.index) ?? 0;
    seen.set(item.index, occurrence + 1);
    return { item, occurrence };
  });
}

/** A stream that no case and no transform has; epoch 0 is for the order of the whole list. */
const orderStream = (seed: number, epoch: number): RandomStream =>
  new RandomStream({ seed, epoch, index: 2 ** 32 - 1, transform: 2 ** 32 - 1 });
