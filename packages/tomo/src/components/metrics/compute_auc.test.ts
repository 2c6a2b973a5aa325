import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldValue, Sample } from "../../data/sample.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { Metric } from "../contracts.ts";
import { aucOf } from "./auc.ts";
import { ComputeAUC } from "./compute_auc.ts";
import { columnsOf, golden } from "./testing/auc_golden.ts";

const metricOf = (args: object = {}): Metric =>
  ComputeAUC.build(ComputeAUC.args.parse({ name: "AUC", field: "preds", label_field: "labels", ...args }));
const sampleOf = (preds: FieldValue, labels: FieldValue, caseId = "film_1"): Sample => ({
  caseId,
  index: 0,
  fields: { preds, labels },
});
/** [case][column] of scores and labels. */
interface Table {
  readonly scores: readonly (readonly number[])[];
  readonly labels: readonly (readonly number[])[];
}
const summaryOf = (metric: Metric, { scores, labels }: Table) =>
  metric.summarise(scores.map((row, n) => metric.score(sampleOf(row, labels[n]!, `film_${n}`))));

const faultsOf = (args: object) =>
  ComputeAUC.check!(ComputeAUC.args.parse({ name: "AUC", field: "preds", ...args }));

describe("ComputeAUC", () => {
  it("averages as scikit-learn does, on 500 tables of 2 to 8 columns", () => {
    const metrics = ["macro", "weighted", "micro"].map((auc_average) => metricOf({ auc_average }));
    for (let index = 0; 3 * index < golden.averages.length; index++) {
      const columns = columnsOf(index);
      const table = {
        scores: columns[0]!.scores.map((_, n) => columns.map(({ scores }) => scores[n]!)),
        labels: columns[0]!.labels.map((_, n) => columns.map(({ labels }) => labels[n]!)),
      };
      for (const [k, metric] of metrics.entries()) {
        const expected = golden.averages[3 * index + k]!;
        const { value } = summaryOf(metric, table);
        if (Number.isNaN(expected)) expect(value).toBeNaN();
        else expect(Math.abs(value - expected), `table ${index}`).toBeLessThan(1e-13);
      }
    }
  });

  // column 0: AUC 1, one positive; column 1: AUC 0.5, three positives; column 2: negatives only; column 3: positives only
  const table: Table = {
    scores: [
      [0.9, 0.5, 0.1, 0.4],
      [0.2, 0.5, 0.3, 0.3],
      [0.1, 0.5, 0.2, 0.2],
      [0.3, 0.5, 0.1, 0.1],
    ],
    labels: [
      [1, 1, 0, 1],
      [0, 1, 0, 1],
      [0, 1, 0, 1],
      [0, 0, 0, 1],
    ],
  };

  it("leaves columns of one class out of macro and weighted, and says which", () => {
    const macro = summaryOf(metricOf(), table);
    expect(macro).toEqual({
      value: 0.75,
      count: 4,
      parts: { class_0: 1, class_1: 0.5, class_2: Number.NaN, class_3: Number.NaN },
      warnings: [
        'AUC: column 2 of "labels" has only negative cases, so it has no AUC and is left out of the mean',
        'AUC: column 3 of "labels" has only positive cases, so it has no AUC and is left out of the mean',
      ],
    });
    expect(summaryOf(metricOf({ auc_average: "weighted" }), table).value).toBe((1 * 1 + 3 * 0.5) / 4);
  });

  it("with micro joins all columns, also those of one class", () => {
    const { value, warnings } = summaryOf(metricOf({ auc_average: "micro" }), table);
    expect(value).toBe(aucOf(table.scores.flat(), table.labels.flat()));
    expect(warnings[0]).toBe('AUC: column 2 of "labels" has only negative cases, so it has no AUC');
  });

  it("picks one column with class_index, and some with include_list", () => {
    expect(summaryOf(metricOf({ class_index: 1 }), table)).toEqual({
      value: 0.5,
      count: 4,
      parts: {},
      warnings: [],
    });
    const dummy = summaryOf(metricOf({ name: "Dummy", class_index: 3 }), table);
    expect(dummy.value).toBeNaN();
    expect(dummy.warnings).toEqual(['Dummy: column 3 of "labels" has only positive cases, so it has no AUC']);
    const some = summaryOf(metricOf({ include_list: [1, 0] }), table);
    expect(some).toMatchObject({ value: 0.75, parts: { class_0: 1, class_1: 0.5 } });
    const one = metricOf({ include_list: [1] }).score(sampleOf([0, 1, 2], [0, 1, 0]));
    expect(one).toEqual({
      caseId: "film_1",
      value: Number.NaN,
      parts: {},
      vectors: { predictions: [1], labels: [1] },
    });
  });

  it("is NaN without a column that has both classes, and without cases", () => {
    for (const auc_average of ["macro", "weighted", "micro"]) {
      const metric = metricOf({ auc_average });
      const alike = {
        scores: [
          [0.1, 0.2],
          [0.3, 0.4],
        ],
        labels: [
          [1, 1],
          [1, 1],
        ],
      };
      expect(summaryOf(metric, alike)).toMatchObject({ value: Number.NaN, count: 2 });
      expect(metric.summarise([])).toEqual({ value: Number.NaN, count: 0, parts: {}, warnings: [] });
    }
  });

  it("of one label takes plain numbers", () => {
    const metric = metricOf();
    const scores = [0.2, 0.9, 0.4].map((value, n) => metric.score(sampleOf(value, n === 1 ? 1 : 0)));
    expect(metric.summarise(scores)).toMatchObject({ value: 1, parts: { class_0: 1 } });
  });

  it("does not depend on the order of the cases", () => {
    const rows = fc.array(
      fc.tuple(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }),
        fc.array(fc.constantFrom(0, 1), { minLength: 3, maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(rows, fc.constantFrom("macro", "micro", "weighted"), (cases, auc_average) => {
        const metric = metricOf({ auc_average });
        const tableOf = (order: typeof cases): Table => ({
          scores: order.map(([scores]) => scores),
          labels: order.map(([, labels]) => labels),
        });
        const { value, parts } = summaryOf(metric, tableOf(cases));
        expect(summaryOf(metric, tableOf(cases.toReversed()))).toMatchObject({ value, parts });
      }),
    );
  });

  it("tells how many columns there are when asked for another one", () => {
    const act = (args: object) => tomoErrorOf(() => metricOf(args).score(sampleOf([0, 1, 2], [0, 1, 0])));
    expect(act({ name: "COPD", class_index: 3 })).toMatchObject({
      code: "TOMO_BAD_VALUE",
      message: 'COPD: "preds" has 3 columns, there is no column 3',
      given: "class_index 3",
      expected: "0 to 2",
    });
    expect(act({ include_list: [0, 7] })).toMatchObject({ given: "include_list with 7" });
  });

  it("refuses what is not scores and labels, with the case and the field", () => {
    const act = (preds: FieldValue, labels: FieldValue, args: object = {}) =>
      tomoErrorOf(() => metricOf(args).score(sampleOf(preds, labels)));
    for (const label of [2, -1, 0.5, Number.NaN])
      expect(act([0, 1], [0, label])).toMatchObject({
        code: "TOMO_LABEL_RANGE",
        where: { case: "film_1", field: "labels" },
      });
    // other columns do not matter
    expect(() => metricOf({ class_index: 0 }).score(sampleOf([0, 1], [0, 2]))).not.toThrow();
    expect(act([0, Number.NaN], [0, 1])).toMatchObject({
      code: "TOMO_NOT_FINITE",
      where: { case: "film_1", field: "preds" },
    });
    expect(act([0, 1, 2], [0, 1])).toMatchObject({
      code: "TOMO_SHAPE_MISMATCH",
      message: '"preds" has 3 numbers, "labels" 2',
    });
    expect(act([0, 1], "film.png").code).toBe("TOMO_FIELD_NOT_NUMBERS");
    expect(act([0], [0], { field: "predictions" }).hint).toBe("fields with numbers: preds, labels");
    const metric = metricOf();
    const scores = [metric.score(sampleOf([0, 1], [0, 1])), metric.score(sampleOf([0], [1], "film_2"))];
    expect(tomoErrorOf(() => metric.summarise(scores))).toMatchObject({
      code: "TOMO_SHAPE_MISMATCH",
      where: { case: "film_2" },
      expected: "2, as in case film_1",
    });
  });

  it("refuses arguments that contradict each other", () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ class_index: 1, include_list: [1] }).map(({ argument }) => argument)).toEqual([
      "class_index",
    ]);
    expect(faultsOf({ include_list: [2, 1, 2] })).toMatchObject([
      { argument: "include_list", message: "include_list has column 2 twice" },
    ]);
    for (const args of [
      { class_index: -1 },
      { class_index: 0.5 },
      { include_list: [] },
      { auc_average: "mean" },
    ])
      expect(ComputeAUC.args.safeParse({ name: "AUC", field: "preds", ...args }).success).toBe(false);
  });
});
