import { liveTensors, scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { MulticlassClassificationLoss } from "./multiclass_classification_loss.ts";
import { expectGolden, expectSlope, goldenCases } from "./testing/classification_golden.ts";

const loss = MulticlassClassificationLoss.build({});
const lossOf = (logits: readonly number[], label: number): number =>
  scope(() =>
    loss(tensor(Float64Array.from(logits), [1, logits.length]), tensor([label], [1, 1]), {
      labelFormat: [logits.length],
    }).item(),
  );

describe("MulticlassClassificationLoss", () => {
  it.each(goldenCases.filter(({ multiclass }) => multiclass !== null))("equals PyTorch: $name", (golden) => {
    expectGolden(loss, golden, golden.multiclass!);
  });

  it("has the gradient of its finite differences", () => {
    expectSlope(loss, { format: [1, 3, 4], scale: 8 });
  });

  it("is ln k for equal logits, and does not change when all of them move alike", () => {
    const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(logits, fc.integer({ min: -30, max: 30 }), (values, shift) => {
        const label = values.length - 1;
        expect(
          lossOf(
            values.map(() => shift),
            label,
          ),
        ).toBeCloseTo(Math.log(values.length), 12);
        const moved = values.map((value) => value + shift);
        expect(lossOf(moved, label)).toBeCloseTo(lossOf(values, label), 10);
      }),
    );
  });

  it("of two classes is the binary loss of the difference", () => {
    expect(lossOf([0.3, 2], 1)).toBeCloseTo(Math.log1p(Math.exp(-1.7)), 12);
  });

  it("stays finite for large logits", () => {
    expect(lossOf([1e4, 0, -1e4], 2)).toBe(2e4);
    expect(lossOf([1e4, 0, -1e4], 0)).toBe(0);
  });

  it("refuses labels that are no class index, and formats without k-class labels", () => {
    const before = liveTensors();
    for (const label of [3, -1, 1.5, Number.NaN])
      expect(tomoErrorOf(() => lossOf([0, 0, 0], label))).toMatchObject({
        code: "TOMO_LABEL_RANGE",
        expected: "a class index, 0 to 2",
      });
    const error = tomoErrorOf(() => lossOf([0], 1));
    expect(error).toMatchObject({ code: "TOMO_LABEL_FORMAT", expected: "at least one k > 1" });
    expect(error.hint).toContain("BinaryClassificationLoss");
    expect(liveTensors()).toBe(before);
  });
});
