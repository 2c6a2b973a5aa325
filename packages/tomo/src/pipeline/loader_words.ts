import type { LoaderOptions } from "./loader.ts";
import type { Schedule } from "./schedule.ts";

/** What a loader does, in words: for example "Smart Cache: 20 of 32 cases, 5 exchanged after each epoch; …". */
export function describeLoader(
  { items, duplicateCount = 1, numWorkers }: LoaderOptions,
  { total, visitsPerEpoch, replaced }: Schedule,
  state: { readonly cases: number; readonly bytes: number } | null,
): string {
  const list = duplicateCount === 1 ? `${total} cases` : `${total} entries (${items.length} cases)`;
  const workers =
    numWorkers === 0 ? "no workers" : `${numWorkers} ${numWorkers === 1 ? "worker" : "workers"}`;
  if (state === null) return `${list}, ${workers}, no cache`;
  const which = visitsPerEpoch === total ? "all" : `${visitsPerEpoch} of`;
  const exchange = replaced === 0 ? "none exchanged" : `${replaced} exchanged after each epoch`;
  const most = Math.min(new Set(items.map(({ index }) => index)).size, visitsPerEpoch + replaced);
  return `Smart Cache: ${which} ${list}, ${exchange}; ${workers}; ${memoryText(state, most)}`;
}

/** @param most Cases in memory when the next ones are loaded already. */
function memoryText({ cases, bytes }: { cases: number; bytes: number }, most: number): string {
  if (cases === 0) return "nothing loaded yet";
  return `${cases} in memory with ${bytesText(bytes)}, at most about ${bytesText((bytes / cases) * most)}`;
}

/** For example "1.2 GB"; decimal units. */
function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}
