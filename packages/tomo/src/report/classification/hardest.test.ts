import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classified, oneClass } from "../../testing/classified.ts";
import type { ClassificationCases } from "./cases.ts";
import { hardestCases } from "./hardest.ts";

const names = (list: readonly { case: string }[]) => list.map((found) => found.case);

describe("hardestCases", () => {
  it("puts the case first that stands on the wrong side of most others", () => {
    const found = hardestCases(
      oneClass([0.05, 0.9, 0.8, 0.7, 0.6, 0.3, 0.2, 0.1, 0.75], [1, 1, 1, 1, 1, 0, 0, 0, 0]),
    );
    expect(found.falseNegatives).toEqual([
      {
        case: "case_0",
        path: "images/case_0.png",
        className: "finding",
        prediction: 0.05,
        label: 1,
        threshold: 0.6,
        misplaced: 4,
        others: 4,
      },
    ]);
    expect(names(found.falsePositives)).toEqual(["case_8"]);
    expect(found.falsePositives[0]).toMatchObject({ misplaced: 3, others: 5, label: 0 });
  });

  it("shows fewer where there are fewer errors, none of a perfect network", () => {
    const perfect = hardestCases(oneClass([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]));
    expect(perfect).toEqual({ falseNegatives: [], falsePositives: [] });
    expect(hardestCases({ classNames: [], cases: [] }).falseNegatives).toEqual([]);
  });

  it("compares with the one half where all labels are equal, and not at all where scores are not probabilities", () => {
    expect(names(hardestCases(oneClass([0.2, 0.9, 0.6], [0, 0, 0])).falsePositives)).toEqual([
      "case_1",
      "case_2",
    ]);
    expect(names(hardestCases(oneClass([0.4, 0.3, 0.6], [1, 1, 1])).falseNegatives)).toEqual([
      "case_1",
      "case_0",
    ]);
    expect(hardestCases(oneClass([-4, 9], [0, 0])).falsePositives).toEqual([]);
  });

  it("works on logits", () => {
    const { falseNegatives } = hardestCases(oneClass([-8, 3, 4, -5, -6, -7], [1, 1, 1, 0, 0, 0]));
    expect(names(falseNegatives)).toEqual(["case_0"]);
  });

  it("leaves no class more than a third of the places while others have errors", () => {
    const input = classified(200, ["a", "b", "c", "d"], { shift: 0.2, seed: 9 });
    const { falseNegatives, falsePositives } = hardestCases(input, { perBlock: 12 });
    for (const block of [falseNegatives, falsePositives]) {
      const counts = block.map(
        ({ className }) => block.filter((other) => other.className === className).length,
      );
      expect(block).toHaveLength(12);
      expect(Math.max(...counts)).toBeLessThanOrEqual(4);
    }
    expect(hardestCases(classified(200, ["a"], { shift: 0.2 })).falsePositives).toHaveLength(12);
  });

  it("holds errors only, each case once a block, hardest first", () => {
    const inputs = fc
      .record({ cases: fc.integer({ min: 1, max: 40 }), seed: fc.nat(), levels: fc.constantFrom(0, 5) })
      .map(({ cases, ...options }) => classified(cases, ["a", "b", "c"], options));
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 24 }), (input: ClassificationCases, perBlock) => {
        const { falseNegatives, falsePositives } = hardestCases(input, { perBlock });
        for (const [block, label] of [
          [falseNegatives, 1],
          [falsePositives, 0],
        ] as const) {
          // biome-ignore format: one row
          expect(block.length).toBeLessThanOrEqual(perBlock);
          expect(new Set(names(block)).size).toBe(block.length);
          const hardness = block.map(({ misplaced, others }) => misplaced / (others + 1));
          expect(hardness).toEqual([...hardness].sort((a, b) => b - a));
          for (const found of block) {
            expect(found.label).toBe(label);
            expect(found.prediction >= found.threshold).toBe(label === 0);
            const n = input.classNames.indexOf(found.className);
            const row = input.cases.find((candidate) => candidate.case === found.case)!;
            expect([row.labels[n], row.predictions[n]]).toEqual([label, found.prediction]);
          }
        }
      }),
    );
  });

  it("does not let a class with one positive lead", () => {
    const labels = Array.from({ length: 40 }, (_, n) => (n < 20 ? 1 : 0));
    const input = {
      classNames: ["rare", "common"],
      // the one rare case scores lowest; the last of the common class's negatives highest
      cases: labels.map((label, n) => ({
        case: `case_${n}`,
        path: "",
        predictions: [n === 0 ? 0.2 : 0.3 + n / 100, n === 39 ? 0.5 : (1 + label + (n % 5) / 10) / 6],
        labels: [n === 0 ? 1 : 0, label],
      })),
    };
    const [first, second] = hardestCases(input).falsePositives;
    expect(first).toMatchObject({ className: "common", case: "case_39", misplaced: 20, others: 20 });
    expect(second).toMatchObject({ className: "rare", misplaced: 1, others: 1 });
  });
});
