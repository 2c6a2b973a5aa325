import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CacheBudget, type Place } from "./cache_budget.ts";

/** Cases with their sizes, and between them "all so far leave". */
type Wish = number | "leave";

/** What is kept when one case after another is loaded. */
function oneByOne(wishes: readonly Wish[], limit: number): boolean[] {
  let [kept, full] = [0, false];
  return wishes.flatMap((wish) => {
    if (wish === "leave") {
      if (kept > 0) full = false;
      kept = 0;
      return [];
    }
    full ||= kept + wish > limit;
    if (!full) kept += wish;
    return [!full];
  });
}

/** The same with loads that end in the order that `pick` chooses; `watch` sees the bytes that are there at each moment. */
async function atOnce(
  wishes: readonly Wish[],
  budget: CacheBudget,
  pick: (count: number) => number,
  watch: (bytes: number) => void = () => {},
): Promise<boolean[]> {
  const underWay: { readonly size: number; readonly end: () => void }[] = [];
  const outcomes: Promise<boolean>[] = [];
  let places: Place[] = [];
  let there = 0;
  for (const wish of wishes) {
    if (wish === "leave") {
      budget.leave(places.splice(0));
      continue;
    }
    const place = budget.enter();
    places = [...places, place];
    const load = async () => {
      if (!(await place.start)) return false;
      there += wish;
      watch(there);
      await new Promise<void>((end) => underWay.push({ size: wish, end }));
      const kept = await place.loaded(wish);
      if (!kept) there -= wish;
      return kept;
    };
    outcomes.push(load());
  }
  for (await setImmediate(); underWay.length > 0; await setImmediate())
    underWay.splice(pick(underWay.length), 1)[0]!.end();
  return Promise.all(outcomes);
}

const picks = fc.infiniteStream(fc.nat(1000));
const picker = (numbers: Iterator<number>) => (count: number) => numbers.next().value % count;

describe("what is kept", () => {
  it("follows from order and sizes, not from which load ends first", async () => {
    const wish = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
      fc.constant("leave" as const),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(wish, { maxLength: 14 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        picks,
        async (wishes, limit, unseen, numbers) => {
          const budget = new CacheBudget(limit, unseen);
          expect(await atOnce(wishes, budget, picker(numbers))).toEqual(oneByOne(wishes, limit));
        },
      ),
    );
  });

  it("of cases of one size never takes more than the limit, but for the one that shows that it is full", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(12),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 3 }),
        picks,
        async (count, size, limit, unseen, numbers) => {
          const most = Math.max(Math.floor(limit / size) * size + size, unseen * size);
          const watch = (bytes: number) => expect(bytes).toBeLessThanOrEqual(most);
          await atOnce(
            new Array<number>(count).fill(size),
            new CacheBudget(limit, unseen),
            picker(numbers),
            watch,
          );
        },
      ),
    );
  });
});

it("without a limit all start at once", async () => {
  const budget = new CacheBudget(Number.POSITIVE_INFINITY, 1);
  const started = await Promise.all(Array.from({ length: 5 }, () => budget.enter().start));
  expect(started).toEqual([true, true, true, true, true]);
});

it("a case that cannot be loaded takes no room and holds nobody up", async () => {
  const budget = new CacheBudget(10, 1);
  const [bad, good] = [budget.enter(), budget.enter()];
  expect(await bad.start).toBe(true);
  void bad.loaded(null);
  expect(await good.start).toBe(true);
  expect(await good.loaded(10)).toBe(true);
  expect(budget.kept.bytes).toBe(10);
});

it("is full from the first case that does not fit until others leave", async () => {
  const budget = new CacheBudget(10, 1);
  const first = budget.enter();
  await first.loaded(6);
  expect(await budget.enter().loaded(6)).toBe(false);
  expect(budget.full).toBe(true);
  expect(await budget.enter().start).toBe(false);
  budget.leave([]);
  expect(budget.full).toBe(true);
  budget.leave([first]);
  expect([budget.full, budget.kept]).toEqual([false, { cases: 0, bytes: 0 }]);
  expect(await budget.enter().loaded(10)).toBe(true);
});
