import { freemem } from "node:os";
import { z } from "zod";

/** Bytes of the units that `cache_memory` takes. */
const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const written = /^\s*(\d+(?:\.\d+)?)\s*([kKmMgGtT]?[iI]?[bB])\s*$/;

/** Share of the free memory that caches take where the config says nothing: networks and loaders need the other half. */
const ownShare = 0.5;

/** `cache_memory`: bytes, or a number with a unit; the component sees bytes, or null. */
export const cacheMemory = () =>
  z
    .union([z.number().positive(), z.string().regex(written, 'a size such as "4 GB"')])
    .nullable()
    .default(null)
    .transform((value) => (typeof value === "string" ? bytesOf(value) : value))
    .describe(
      'Memory that cached cases may take: bytes, or a size such as "4 GB" (also MB, TB, GiB …); null = half of what is free when the run starts. Not in Clara.',
    );

function bytesOf(text: string): number {
  const [, count, unit] = written.exec(text)!;
  return Number(count) * (units[unit!.toLowerCase()] ?? 1);
}

/** What is said of the cache of a pipeline. */
interface Wanted {
  readonly objects: number;
  readonly memory: number | null;
}

/**
 * Bytes for each cache of a run (null = no cache). Those without a limit of their own share half of the free memory by
 * their numbers of cases.
 */
export function cacheLimits(
  caches: readonly (Wanted | null)[],
  free: number = freeMemory(),
): (number | null)[] {
  const sharing = caches.reduce((sum, one) => sum + (one?.memory === null ? one.objects : 0), 0);
  return caches.map((one) => one && (one.memory ?? Math.floor((free * ownShare * one.objects) / sharing)));
}

/** Bytes that this process can still take: of the machine, and of its container where that has a limit. */
function freeMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.max(0, Math.min(freemem(), limit - process.memoryUsage.rss())) : freemem();
}
