import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aucOf } from "../../components/metrics/auc.ts";
import type { Column } from "./cases.ts";
import { misplacements, rankingOf, runsOf } from "./ranking.ts";

/** Few distinct scores: many ties. */
const columns: fc.Arbitrary<Column> = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 1 })), { maxLength: 30 })
  .map((rows) => ({
    name: "a",
    scores: Float64Array.from(rows, ([score]) => score / 4),
    labels: Uint8Array.from(rows, ([, label]) => label),
  }));

describe("runsOf", () => {
  it("holds every case once, by falling score, equal scores together", () => {
    fc.assert(
      fc.property(columns, (column) => {
        const runs = [...runsOf(rankingOf(column))];
        expect(runs.flatMap(({ cases }) => cases).sort((a, b) => a - b)).toEqual([...column.scores.keys()]);
        expect(runs.map(({ score }) => score)).toEqual([...new Set(column.scores)].sort((a, b) => b - a));
        for (const { score, cases, positives, negatives } of runs) {
          expect(cases.every((n) => column.scores[n] === score)).toBe(true);
          expect(positives).toBe(cases.filter((n) => column.labels[n] === 1).length);
          expect(positives + negatives).toBe(cases.length);
        }
      }),
    );
  });
});

describe("misplacements", () => {
  it("counts for each case those of the other label on the wrong side", () => {
    fc.assert(
      fc.property(columns, (column) => {
        const { scores, labels } = column;
        const naive = Array.from(scores, (score, n) => {
          const others = [...scores].filter((_, m) => labels[m] !== labels[n]);
          const wrong = others.filter((other) => (labels[n] === 1 ? other > score : other < score)).length;
          return wrong + others.filter((other) => other === score).length / 2;
        });
        expect([...misplacements(rankingOf(column))]).toEqual(naive);
      }),
    );
  });

  it("sums to the area above the curve", () => {
    fc.assert(
      fc.property(columns, (column) => {
        const ranking = rankingOf(column);
        const pairs = ranking.positives * ranking.negatives;
        fc.pre(pairs > 0);
        const total = misplacements(ranking).reduce((sum, wrong) => sum + wrong, 0) / 2;
        expect(1 - total / pairs).toBeCloseTo(aucOf(column.scores, column.labels), 12);
      }),
    );
  });
});
