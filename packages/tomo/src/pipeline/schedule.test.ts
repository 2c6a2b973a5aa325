import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSchedule, replacedPerEpoch, type ScheduleOptions, type Visit } from "./schedule.ts";
import { items } from "./testing/loaders.ts";

const schedule = (options: Partial<ScheduleOptions>) =>
  createSchedule({ items: items(5), duplicateCount: 1, shuffle: false, seed: 1, cache: null, ...options });
const names = (visits: readonly Visit[]) => visits.map(({ item }) => item.caseId).join("");

describe("the window of the Smart Cache", () => {
  it("moves over 5 cases as in the documented example: N = 4, r = 0.25", () => {
    const { visits, replaced } = schedule({ cache: { objects: 4, replacePercent: 0.25 } });
    expect(replaced).toBe(1);
    expect([1, 2, 3, 4].map((epoch) => names(visits(epoch)))).toEqual(["abcd", "bcde", "cdea", "deab"]);
  });

  it("exchanges 5 of 50 among 100 with r = 0.1", () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ caseId: `${index}`, index, fields: {} }));
    const { window, replaced } = schedule({ items: many, cache: { objects: 50, replacePercent: 0.1 } });
    expect(replaced).toBe(5);
    expect(window(1).map(({ item }) => item.index)).toEqual([...Array(50).keys()]);
    expect(window(2).map(({ item }) => item.index)).toEqual([...Array(50).keys()].map((n) => n + 5));
  });

  it("stands still when all cases fit, or nothing is to be exchanged", () => {
    for (const objects of [5, 6, 100]) {
      const { visits, replaced } = schedule({ cache: { objects, replacePercent: 0.5 } });
      expect(replaced).toBe(0);
      expect([1, 2, 9].map((epoch) => names(visits(epoch)))).toEqual(["abcde", "abcde", "abcde"]);
    }
    const { visits } = schedule({ cache: { objects: 2, replacePercent: 0 } });
    expect([1, 2, 9].map((epoch) => names(visits(epoch)))).toEqual(["ab", "ab", "ab"]);
  });

  it("rounds up what is exchanged, but not for an error of floating point", () => {
    expect(replacedPerEpoch(4, 0.3)).toBe(2);
    expect(replacedPerEpoch(100, 0.07)).toBe(7);
    expect(replacedPerEpoch(20, 0.25)).toBe(5);
    expect(replacedPerEpoch(10, 0.01)).toBe(1);
    expect(replacedPerEpoch(10, 0)).toBe(0);
  });

  it("holds N entries, keeps all but R of them, and comes to every entry", () => {
    const sizes = fc.tuple(
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 1, max: 11 }),
      fc.double({ min: 0.01, max: 1 }),
    );
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.nat(), ([total, objects, percent], shuffle, seed) => {
        fc.pre(objects < total && !Number.isNaN(percent));
        const cache = { objects, replacePercent: percent };
        const { window, visits, replaced } = schedule({ items: items(total), shuffle, seed, cache });
        const visited = new Set<string>();
        for (let epoch = 1; epoch <= total; epoch++) {
          const [now, next] = [names(window(epoch)), names(window(epoch + 1))];
          expect(new Set(now).size).toBe(objects);
          expect(next.slice(0, Math.max(0, objects - replaced))).toBe(now.slice(replaced));
          expect([...names(visits(epoch))].sort()).toEqual([...now].sort());
          for (const name of now) visited.add(name);
        }
        expect(visited.size).toBe(total);
      }),
    );
  });
});

describe("the order of an epoch", () => {
  it("is that of the list without shuffle", () => {
    const { visits } = schedule({});
    expect([names(visits(1)), names(visits(7))]).toEqual(["abcde", "abcde"]);
  });

  it("is a permutation of the list that follows from seed and epoch", () => {
    const orders = [1, 2, 3, 4].map((epoch) => names(schedule({ shuffle: true }).visits(epoch)));
    expect(new Set(orders).size).toBe(4);
    for (const order of orders) expect([...order].sort().join("")).toBe("abcde");
    expect(names(schedule({ shuffle: true }).visits(3))).toBe(orders[2]);
    expect(names(schedule({ shuffle: true, seed: 2 }).visits(3))).not.toBe(orders[2]);
  });

  it("repeats the list, each time with an occurrence of its own", () => {
    const { visits, visitsPerEpoch } = schedule({ items: items(2), duplicateCount: 3 });
    expect(visitsPerEpoch).toBe(6);
    expect(
      visits(1)
        .map(({ item, occurrence }) => `${item.caseId}${occurrence}`)
        .join(" "),
    ).toBe("a0 b0 a1 b1 a2 b2");
  });
});
