import { expect, it } from "vitest";
import { cacheLimits, cacheMemory } from "./cache_memory.ts";

it.each([
  [4e9, 4e9],
  ["4 GB", 4e9],
  ["4GB", 4e9],
  ["1.5 GiB", 1.5 * 2 ** 30],
  ["300 mb", 3e8],
  ["512 B", 512],
  [null, null],
  [undefined, null],
])("%j is %j bytes", (given, bytes) => expect(cacheMemory().parse(given)).toBe(bytes));

it.each(["4", "4 gigabytes", "-1 GB", "GB", 0, -3, true])("%j is refused", (given) =>
  expect(cacheMemory().safeParse(given).success).toBe(false),
);

it("caches without a limit share half of what is free by their cases", () => {
  const cache = (objects: number, memory: number | null = null) => ({ objects, memory });
  expect(cacheLimits([cache(30), null], 16e9)).toEqual([8e9, null]);
  expect(cacheLimits([cache(30), cache(10)], 16e9)).toEqual([6e9, 2e9]);
  expect(cacheLimits([cache(30, 1e9), cache(10)], 16e9)).toEqual([1e9, 8e9]);
  expect(cacheLimits([null, null], 16e9)).toEqual([null, null]);
  expect(cacheLimits([cache(1)])[0]).toBeGreaterThan(0);
});
