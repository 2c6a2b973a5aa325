import { liveTensors, ops, scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { LabelFormat } from "../contracts.ts";
import { BinaryClassificationLoss } from "./binary_classification_loss.ts";
import { expectGolden, expectSlope, goldenCases } from "./testing/classification_golden.ts";

const loss = BinaryClassificationLoss.build({});
const lossOf = (logits: readonly number[], labels: readonly number[], format: LabelFormat): number =>
  scope(() => {
    const width = format.reduce((sum, entry) => sum + entry, 0);
    const cases = logits.length / width;
    const predictions = tensor(Float64Array.from(logits), [cases, width]);
    return loss(predictions, tensor(labels, [cases, labels.length / cases]), { labelFormat: format }).item();
  });

describe("BinaryClassificationLoss", () => {
  it.each(goldenCases.filter(({ binary }) => binary !== null))("equals PyTorch: $name", (golden) => {
    expectGolden(loss, golden, golden.binary!);
  });

  it("has the gradient of its finite differences", () => {
    expectSlope(loss, { format: [1, 3, 1], scale: 8 });
  });

  it("is ln 2 for logits 0, and falls with a logit that goes the label's way", () => {
    expect(lossOf([0, 0, 0, 0], [0, 1, 1, 1], [1, 1])).toBeCloseTo(Math.LN2, 12);
    const logit = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(logit, fc.double({ min: 0.01, max: 5, noNaN: true }), (x, more) => {
        expect(lossOf([x + more], [1], [1])).toBeLessThan(lossOf([x], [1], [1]));
        expect(lossOf([-x], [0], [1])).toBeCloseTo(lossOf([x], [1], [1]), 12);
      }),
    );
  });

  it("stays finite for logits that no probability can tell from 0 or 1", () => {
    expect(lossOf([1e4, -1e4], [0, 1], [1, 1])).toBe(1e4);
    expect(lossOf([1e4, -1e4], [1, 0], [1, 1])).toBe(0);
    scope(() => {
      const wide = tensor(Float32Array.of(3e38, -3e38), [1, 2]);
      expect(loss(wide, tensor([1, 0], [1, 2]), { labelFormat: [1, 1] }).item()).toBe(0);
    });
  });

  it("computes 16-bit logits in float32", () => {
    scope(() => {
      const logits = ops.toDtype(tensor([0.5, -1.5], [1, 2]), "bfloat16");
      const found = loss(logits, tensor([1, 0], [1, 2]), { labelFormat: [1, 1] });
      expect(found.dtype).toBe("float32");
      expect(found.item()).toBeCloseTo((Math.log1p(Math.exp(-0.5)) + Math.log1p(Math.exp(-1.5))) / 2, 6);
    });
  });

  it("says what is wrong with format, shapes and labels, and leaves no tensor behind", () => {
    const before = liveTensors();
    const refuse = (logits: readonly number[], labels: readonly number[], format: LabelFormat) =>
      tomoErrorOf(() => lossOf(logits, labels, format));
    const kClasses = refuse([0, 0, 0], [1], [3]);
    expect(kClasses).toMatchObject({ code: "TOMO_LABEL_FORMAT", given: "label_format [3]" });
    expect(kClasses.hint).toContain("MulticlassClassificationLoss");
    expect(refuse([0, 0], [1], [1, 1])).toMatchObject({
      code: "TOMO_LABEL_FORMAT",
      expected: "labels [1, 2], one number an entry of label_format",
    });
    for (const label of [2, 0.5, -1, Number.NaN])
      expect(refuse([0, 0], [1, label], [1, 1])).toMatchObject({
        code: "TOMO_LABEL_RANGE",
        message: `entry 1 of a label is ${label}`,
        expected: "0 or 1",
        where: { field: "label" },
      });
    const act = (shape: readonly number[], task: { labelFormat: LabelFormat | null }) =>
      tomoErrorOf(() => scope(() => loss(ops.zeros(shape), ops.zeros([2, 2]), task)));
    expect(act([2, 3], { labelFormat: [1, 1] }).code).toBe("TOMO_SHAPE_MISMATCH");
    expect(act([2, 2, 4, 4], { labelFormat: [1, 1] }).code).toBe("TOMO_SHAPE_MISMATCH");
    expect(act([3, 2], { labelFormat: [1, 1] }).code).toBe("TOMO_LABEL_FORMAT");
    expect(act([2, 2], { labelFormat: null })).toMatchObject({
      code: "TOMO_LABEL_FORMAT",
      message: "BinaryClassificationLoss needs label_format, and there is none",
    });
    expect(liveTensors()).toBe(before);
  });
});
