import type { LoaderOptions, SampleLoaderOptions } from "./loader.ts";
import type { Schedule } from "./schedule.ts";
import type { CacheState } from "./smart_cache.ts";

/** What a loader does, in words: for example "Smart Cache: 20 of 32 cases, 5 exchanged after each epoch; …". */
export function describeLoader(
  { items, duplicateCount = 1, numWorkers, cache }: LoaderOptions,
  { total, visitsPerEpoch, replaced }: Schedule,
  state: CacheState | null,
): string {
  const list = duplicateCount === 1 ? `${total} cases` : `${total} entries (${items.length} cases)`;
  const workers =
    numWorkers === 0 ? "no workers" : `${numWorkers} ${numWorkers === 1 ? "worker" : "workers"}`;
  if (state === null) return `${list}, ${workers}, no cache`;
  const which = visitsPerEpoch === total ? "all" : `${visitsPerEpoch} of`;
  const exchange = replaced === 0 ? "none exchanged" : `${replaced} exchanged after each epoch`;
  const most = Math.min(new Set(items.map(({ index }) => index)).size, visitsPerEpoch + replaced);
  return `Smart Cache: ${which} ${list}, ${exchange}; ${workers}; ${memoryText(state, most, cache?.memory)}`;
}

/** What the cache of a loader of single samples holds: for example "9 of 9 cases in memory with 473.0 MB, …". */
export function describeSamples({ items, cache }: SampleLoaderOptions, state: CacheState): string {
  const room = cache?.memory === undefined ? "" : ` of ${bytesText(cache.memory)}`;
  return `${state.cases} of ${items.length} cases in memory with ${bytesText(state.bytes)}${room}${expandedText(state)}`;
}

/** For example "the cache keeps 41 of 64 cases (3.98 of 4.00 GB); …". */
export function cacheFullText(
  { cases, bytes }: { readonly cases: number; readonly bytes: number },
  wanted: number,
  memory: number,
): string {
  const { unit, size } = unitOf(memory);
  const room = `${(bytes / size).toFixed(2)} of ${(memory / size).toFixed(2)} ${unit}`;
  return `the cache keeps ${cases} of ${wanted} cases (${room}); the others are read anew each epoch: a larger cache_memory makes this faster, results stay the same`;
}

/** @param most Cases in memory when the next ones are loaded already. */
function memoryText(state: CacheState, most: number, memory: number | undefined): string {
  const { cases, bytes } = state;
  const room = memory === undefined ? "" : `, ${bytesText(memory)} allowed`;
  if (cases === 0) return `nothing loaded yet${room}`;
  const all = (bytes / cases) * most;
  const bound = cases === most || all > (memory ?? all) ? "" : `, at most about ${bytesText(all)}`;
  return `${cases} in memory with ${bytesText(bytes)}${expandedText(state)}${bound}${room}`;
}

/** What compact element types save. */
const expandedText = ({ bytes, expanded }: CacheState): string =>
  expanded === bytes ? "" : ` (stored compactly, ${bytesText(expanded)} in full)`;

/** For example "1.2 GB"; decimal units. */
export function bytesText(bytes: number): string {
  const { unit, size } = unitOf(bytes);
  return `${(bytes / size).toFixed(size === 1 ? 0 : 1)} ${unit}`;
}

function unitOf(bytes: number): { readonly unit: string; readonly size: number } {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return { unit: units[step]!, size: 1000 ** step };
}
