import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { waitWith } from "./waiting.ts";

const time = fc.double({ min: 0, max: 1e4, noNaN: true });
const load = fc.record({
  work: time,
  busy: time,
  workers: fc.integer({ min: 0, max: 16 }),
  cores: fc.option(fc.integer({ min: 1, max: 32 })),
});

describe("waitWith", () => {
  it("is never below zero, never above the work itself, and does not grow with workers or cores", () => {
    fc.assert(
      fc.property(load, (given) => {
        const found = waitWith(given);
        const tiny = 1e-9 * (given.work + given.busy);
        expect(found).toBeGreaterThanOrEqual(-tiny);
        expect(found).toBeLessThanOrEqual(given.work + tiny);
        expect(waitWith({ ...given, workers: given.workers + 1 })).toBeLessThanOrEqual(found + tiny);
        if (given.cores !== null)
          expect(waitWith({ ...given, cores: given.cores + 1 })).toBeLessThanOrEqual(found + tiny);
        expect(waitWith({ ...given, cores: null })).toBeLessThanOrEqual(found + tiny);
      }),
    );
  });

  it("hides behind a GPU all that a worker does in time, and the rest not", () => {
    expect(waitWith({ work: 10, busy: 20, workers: 1, cores: null })).toBe(0);
    expect(waitWith({ work: 50, busy: 20, workers: 1, cores: null })).toBe(30);
    expect(waitWith({ work: 50, busy: 20, workers: 2, cores: null })).toBe(5);
  });

  it("takes from a network on the CPU what loaders compute", () => {
    expect(waitWith({ work: 10, busy: 20, workers: 1, cores: 2 })).toBe(5);
    expect(waitWith({ work: 10, busy: 20, workers: 1, cores: 1 })).toBe(10);
  });
});
