import { liveTensors, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { LabelFormat, Loss } from "../contracts.ts";
import {
  expectGolden,
  expectSlope,
  goldenCases,
  goldenLabels,
  goldenLogits,
} from "./testing/classification_golden.ts";
import { WeightedMulticlassClassificationLoss } from "./weighted_multiclass_classification_loss.ts";

const component = WeightedMulticlassClassificationLoss;
const lossWith = (class_weights: readonly number[] | null = null): Loss =>
  component.build(component.args.parse({ class_weights }));
const lossOf = (weights: readonly number[] | null, format: LabelFormat): number =>
  scope(() => {
    const golden = { format, scale: 6 };
    return lossWith(weights)(goldenLogits(golden), goldenLabels(golden), { labelFormat: format }).item();
  });

describe("WeightedMulticlassClassificationLoss", () => {
  it.each(goldenCases.filter(({ weighted }) => weighted !== undefined))(
    "equals PyTorch's terms in TensorFlow's mean: $name",
    (golden) => {
      expectGolden(lossWith(golden.weights), golden, golden.weighted!);
    },
  );

  it.each(goldenCases.filter(({ multiclass }) => multiclass !== null))(
    "without weights is MulticlassClassificationLoss: $name",
    (golden) => {
      expectGolden(lossWith(), golden, golden.multiclass!);
    },
  );

  it("has the gradient of its finite differences", () => {
    expectSlope(lossWith([0.5, 2, 3]), { format: [3, 1, 3], scale: 8 });
  });

  it("scales with the weights, and leaves labels of weight 0 out of the count", () => {
    expect(lossOf([2, 4, 6], [3])).toBeCloseTo(2 * lossOf([1, 2, 3], [3]), 12);
    scope(() => {
      const logits = tensor([0, 0, 0, 0], [2, 2]);
      const labels = tensor([0, 1], [2, 1]);
      const task = { labelFormat: [2] };
      // ln 2 of the second case alone
      expect(lossWith([0, 3])(logits, labels, task).item()).toBeCloseTo(3 * Math.LN2, 6);
      // no case counts
      expect(lossWith([0, 3])(logits, tensor([0, 0], [2, 1]), task).item()).toBe(0);
    });
  });

  it("takes one list for labels of as many classes, or one weight an output", () => {
    expect(lossOf([0.2, 1, 3], [3, 1, 3])).toBeCloseTo(lossOf([0.2, 1, 3, 0.2, 1, 3], [3, 1, 3]), 12);
    const before = liveTensors();
    expect(tomoErrorOf(() => lossOf([1, 2], [3, 3]))).toMatchObject({
      code: "TOMO_BAD_VALUE",
      message: "class_weights has 2 weights",
      expected: "3 or 6 weights, the k-class labels have 3 + 3 classes",
    });
    expect(tomoErrorOf(() => lossOf([1, 2], [2, 3])).expected).toContain("5 weights");
    expect(tomoErrorOf(() => lossOf([1, 2], [3])).expected).toContain("3 weights");
    expect(liveTensors()).toBe(before);
  });

  it("refuses weights below 0, too few, and all 0", () => {
    for (const class_weights of [[-1, 1], [1], [], ["1", 2], 3])
      expect(component.args.safeParse({ class_weights }).success).toBe(false);
    expect(component.check!(component.args.parse({ class_weights: [0, 0] }))[0]).toMatchObject({
      argument: "class_weights",
    });
    expect(component.check!(component.args.parse({}))).toEqual([]);
  });
});
