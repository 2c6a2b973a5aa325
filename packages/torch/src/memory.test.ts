import { describe, expect, it } from "vitest";
import { emptyCache, memoryUse, ops, resetPeakMemory, scope, setCacheLimit } from "./index.ts";

const MiB = 2 ** 20;
/** Allocates without returning, so that a scope around it frees. */
const allocate = (mebibytes: number): void => void ops.empty([mebibytes * MiB], { dtype: "uint8" });

describe("the CPU allocator", () => {
  it("counts live and peak bytes exactly", () => {
    resetPeakMemory();
    const before = memoryUse().live;
    scope(() => {
      allocate(3);
      scope(() => allocate(5));
      allocate(1);
      expect(memoryUse().live - before).toBe(4 * MiB);
    });
    expect(memoryUse().live).toBe(before);
    expect(memoryUse().peak - before).toBe(8 * MiB);
  });

  it("reuses freed blocks and gives them back when asked", () => {
    emptyCache();
    scope(() => allocate(16));
    const cached = memoryUse().cached;
    expect(cached).toBeGreaterThanOrEqual(16 * MiB);
    for (let i = 0; i < 10; i++) scope(() => allocate(16));
    expect(memoryUse().cached).toBe(cached);
    emptyCache();
    expect(memoryUse().cached).toBe(0);
  });

  it("keeps no more than the limit", () => {
    setCacheLimit(8 * MiB);
    scope(() => allocate(64));
    expect(memoryUse().cached).toBeLessThanOrEqual(8 * MiB);
    setCacheLimit(2 ** 50);
  });

  it("gives memory that is aligned for vector instructions", () =>
    scope(() => {
      for (const count of [1, 100, 5000, 3 * MiB]) {
        const x = ops.ones([count], { dtype: "float32" });
        expect(ops.sum(x).item()).toBe(count);
      }
    }));
});
