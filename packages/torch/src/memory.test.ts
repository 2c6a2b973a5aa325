import { totalmem } from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyCache,
  keep,
  memoryUse,
  ops,
  resetPeakMemory,
  scope,
  setCacheLimit,
  type Tensor,
} from "./index.ts";

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

  it("joins freed neighbours, so that their memory serves a larger block", () => {
    emptyCache();
    scope(() => {
      allocate(16);
      allocate(24);
      allocate(8);
    });
    const cached = memoryUse().cached;
    scope(() => {
      allocate(40);
      expect(memoryUse().cached).toBeLessThanOrEqual(cached - 40 * MiB);
    });
    expect(memoryUse().cached).toBe(cached);
  });

  it("gives no byte to two tensors, in whatever order they come and go", () => {
    const steps = fc.array(fc.record({ units: fc.integer({ min: 1, max: 40 }), drops: fc.nat() }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const held: { tensor: Tensor; value: number; count: number }[] = [];
        const drop = (at: number) => {
          const [{ tensor, value, count }] = held.splice(at, 1) as [(typeof held)[number]];
          expect(scope(() => ops.sum(ops.eq(tensor, value)).item())).toBe(count);
          tensor.dispose();
        };
        all.forEach(({ units, drops }, n) => {
          const count = units * 70_000;
          const tensor = scope(() => keep(ops.full([count], n % 250, { dtype: "uint8" })));
          held.push({ tensor, value: n % 250, count });
          if (drops % 3 > 0) drop(drops % held.length);
          if (drops % 7 === 0) emptyCache();
        });
        while (held.length > 0) drop(0);
      }),
      { numRuns: 40 },
    );
  });

  it("refuses more than the machine has, instead of being ended by the system later", () => {
    expect(() => scope(() => void ops.empty([2 * totalmem()], { dtype: "uint8" }))).toThrow(
      /not enough memory/,
    );
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
