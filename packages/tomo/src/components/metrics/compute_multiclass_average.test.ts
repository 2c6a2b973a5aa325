import { describe, expect, it } from "vitest";
import type { FieldValue, Sample } from "../../data/sample.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { Metric } from "../contracts.ts";
import { ComputeMulticlassAverage } from "./compute_multiclass_average.ts";
import { classesOf, golden } from "./testing/auc_golden.ts";

const metricOf = (args: object = {}): Metric =>
  ComputeMulticlassAverage.build(
    ComputeMulticlassAverage.args.parse({ name: "stage_AUC", field: "preds", ...args }),
  );
const sampleOf = (preds: FieldValue, label: FieldValue): Sample => ({
  caseId: "film_1",
  index: 0,
  fields: { preds, label },
});

describe("ComputeMulticlassAverage", () => {
  it("equals scikit-learn's one-against-rest on 200 sets of 3 to 6 classes", () => {
    const metrics = ["macro", "weighted", "micro"].map((auc_average) => metricOf({ auc_average }));
    for (let index = 0; 3 * index < golden.oneAgainstRest.length; index++) {
      const { probabilities, labels } = classesOf(index);
      for (const [k, metric] of metrics.entries()) {
        const scores = probabilities.map((row, n) => metric.score(sampleOf(row, labels[n]!)));
        const { value, count, warnings } = metric.summarise(scores);
        expect(Math.abs(value - golden.oneAgainstRest[3 * index + k]!), `set ${index}`).toBeLessThan(1e-13);
        expect([count, warnings]).toEqual([labels.length, []]);
      }
    }
  });

  it("leaves a class that no case has out of the mean, and says so", () => {
    const metric = metricOf();
    const scores = [0, 1, 0].map((label) => metric.score(sampleOf([1 - label, label, 0], label)));
    expect(metric.summarise(scores)).toEqual({
      value: 1,
      count: 3,
      parts: { class_0: 1, class_1: 1, class_2: Number.NaN },
      warnings: [
        "stage_AUC: class 2 against the rest has only negative cases, so it has no AUC and is left out of the mean",
      ],
    });
  });

  it("finds its label in a vector by label_index", () => {
    const { vectors } = metricOf({ label_index: 1 }).score(sampleOf([0.1, 0.2, 0.7], [1, 2, 0]));
    expect(vectors).toEqual({ predictions: [0.1, 0.2, 0.7], labels: [0, 0, 1] });
    expect(metricOf({ label_index: 0 }).score(sampleOf([0.5, 0.5], 1)).vectors?.labels).toEqual([0, 1]);
  });

  it("refuses labels and predictions that do not fit, with the case", () => {
    const act = (preds: FieldValue, label: FieldValue, args: object = {}) =>
      tomoErrorOf(() => metricOf(args).score(sampleOf(preds, label)));
    for (const label of [2, -1, 0.5, Number.NaN])
      expect(act([0.5, 0.5], label)).toMatchObject({
        code: "TOMO_LABEL_RANGE",
        expected: "a class index, 0 to 1",
        where: { case: "film_1", field: "label" },
      });
    expect(act([0.5, 0.5], [1, 0])).toMatchObject({
      code: "TOMO_BAD_VALUE",
      message: "stage_AUC must be told which of 2 labels it is for",
      expected: "label_index 0 to 1",
    });
    expect(act([0.5, 0.5], [1, 0], { label_index: 2 }).message).toContain("there is no label 2");
    expect(act([0.5], 0).hint).toContain("ComputeAUC");
    expect(act([0.5, Number.NaN], 0).code).toBe("TOMO_NOT_FINITE");
    expect(act(null, 0).code).toBe("TOMO_FIELD_NOT_NUMBERS");
  });
});
