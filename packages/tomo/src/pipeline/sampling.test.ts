import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sampling } from "../components/image_pipelines/settings.ts";
import type { DatalistItem } from "../config/datalist_item.ts";
import { RandomStream } from "../data/random.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { categoriesOf, draw, drawsPerCategory } from "./sampling.ts";
import { createSchedule, type Visit } from "./schedule.ts";

const itemsOf = (labels: readonly (readonly number[])[]): DatalistItem[] =>
  labels.map((label, index) => ({
    caseId: `case_${index}`,
    index,
    fields: { image: `${index}.png`, label },
  }));
const indices = (items: readonly DatalistItem[]) => items.map(({ index }) => index);

describe("categories", () => {
  it("are the classes of the label entries, then the cases without any", () => {
    const items = itemsOf([
      [1, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ]);
    expect(categoriesOf(items, [1, 3]).map(indices)).toEqual([[0, 1], [0, 3], [2], [1], []]);
    expect(
      categoriesOf(
        itemsOf([
          [0, 0],
          [0, 1],
          [1, 1],
        ]),
        [1, 1],
      ).map(indices),
    ).toEqual([[2], [1, 2], [0]]);
  });

  it("ask for one weight a class, or one more for the cases without any", () => {
    const categories = categoriesOf(itemsOf([[0], [1]]), [1]);
    const draws = (categoryWeights: readonly number[]) =>
      drawsPerCategory(categories, { itemsPerCategory: 10, categoryWeights }, 2);
    expect(draws([2])).toEqual([20, 10]);
    expect(draws([2, 0.5])).toEqual([20, 5]);
    const error = tomoErrorOf(() => draws([1, 1, 1]));
    expect(error).toMatchObject({ code: "TOMO_BAD_VALUE", given: "[1,1,1]" });
    expect(error.expected).toBe("1 (the classes of label_format) or 2 (with the cases that have none)");
  });
});

describe("draws", () => {
  const seven = itemsOf([[1], [1], [1], [1], [1], [0], [0]]);

  it("follow the largest category, the number given, or the weights over an epoch", () => {
    const categories = categoriesOf(seven, [1]);
    const draws = (sampling: Partial<Sampling>) =>
      drawsPerCategory(categories, { itemsPerCategory: null, categoryWeights: null, ...sampling }, 7);
    expect(draws({ itemsPerCategory: "max" })).toEqual([5, 5]);
    expect(draws({ itemsPerCategory: 3 })).toEqual([3, 3]);
    expect(draws({ categoryWeights: [1, 3] })).toEqual([2, 5]);
    expect(draws({ categoryWeights: [1, 0] })).toEqual([7, 0]);
  });

  it("leave out categories without cases", () => {
    const categories = categoriesOf(itemsOf([[1], [1]]), [1]);
    expect(drawsPerCategory(categories, { itemsPerCategory: "max", categoryWeights: null }, 2)).toEqual([
      2, 0,
    ]);
  });

  it("with weights alone keep the length of the epoch, as near to the weights as whole numbers allow", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (classes, weights) => {
          const categories = categoriesOf(itemsOf(classes.map((value) => [value])), [5]);
          const present = weights.map((weight, n) => (categories[n]!.length > 0 ? weight : 0));
          const sum = present.reduce((a, b) => a + b, 0);
          fc.pre(sum > 1e-6);
          const counts = drawsPerCategory(
            categories,
            { itemsPerCategory: null, categoryWeights: weights },
            classes.length,
          );
          expect(counts.reduce((a, b) => a + b, 0)).toBe(classes.length);
          for (const [n, weight] of present.entries())
            expect(Math.abs(counts[n]! - (weight / sum) * classes.length)).toBeLessThan(1);
        },
      ),
    );
  });

  it("take every case once before any comes again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 40 }), (size, count) => {
        const items = itemsOf(Array.from({ length: size }, () => [1]));
        const drawn = draw(items, count, new RandomStream({ seed: size * 100 + count }));
        expect(drawn).toHaveLength(count);
        const times = items.map((item) => drawn.filter((one) => one === item).length);
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("a schedule that balances classes", () => {
  const items = itemsOf(Array.from({ length: 12 }, (_, n) => [n < 2 ? 1 : 0]));
  const sampling = { itemsPerCategory: "max", categoryWeights: null, labelFormat: [1] } as const;
  const options = { items, duplicateCount: 1, shuffle: true, seed: 7, cache: null, sampling };
  const positives = (visits: readonly Visit[]) => visits.filter(({ item }) => item.index < 2).length;

  it("shows each class equally often, and each repetition of a case with draws of its own", () => {
    const schedule = createSchedule(options);
    expect(schedule.visitsPerEpoch).toBe(20);
    const visits = schedule.visits(1);
    expect(visits).toHaveLength(20);
    expect(positives(visits)).toBe(10);
    const ofFirst = visits.filter(({ item }) => item.index === 0).map(({ occurrence }) => occurrence);
    expect(ofFirst.toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(schedule.visits(2)).not.toEqual(visits);
    expect(createSchedule(options).visits(1)).toEqual(visits);
  });

  it("draws from the cases in memory where there is a cache, and keeps its length", () => {
    const schedule = createSchedule({ ...options, cache: { objects: 4, replacePercent: 0.5 } });
    for (const epoch of [1, 2, 3, 4, 5, 6]) {
      const window = new Set(schedule.window(epoch).map(({ item }) => item.index));
      const visits = schedule.visits(epoch);
      expect(visits).toHaveLength(schedule.visitsPerEpoch);
      for (const { item } of visits) expect(window.has(item.index)).toBe(true);
    }
  });
});
