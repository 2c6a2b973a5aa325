import { liveTensors, scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { LabelFormat } from "../contracts.ts";
import { ComputeAccuracy } from "./compute_accuracy.ts";

const opWith = (args: object = {}) =>
  ComputeAccuracy.build(ComputeAccuracy.args.parse({ tag: "accuracy", ...args }));
const accuracy = (predictions: Tensor, targets: Tensor, labelFormat: LabelFormat | null, args: object = {}) =>
  scope(() => opWith(args).compute(predictions, targets, { labelFormat }).accuracy!.item());

describe("ComputeAccuracy", () => {
  it("is one number a batch under its tag, printed and drawn unless told otherwise", () => {
    const { outputs, doSummary, doPrint } = opWith();
    expect({ outputs, doSummary, doPrint }).toEqual({
      outputs: [{ name: "accuracy", per: "batch" }],
      doSummary: true,
      doPrint: true,
    });
    expect(opWith({ do_summary: false, do_print: false })).toMatchObject({
      doSummary: false,
      doPrint: false,
    });
  });

  it("is the mean over batch and labels of (p > 0.5) = label", () => {
    scope(() => {
      const probabilities = tensor([0.4, 0.6, 0.5, 0.9], [2, 2]);
      expect(accuracy(probabilities, tensor([0, 1, 0, 0], [2, 2]), [1, 1])).toBe(0.75);
    });
    const row = fc.record({
      logit: fc.double({ min: -9, max: 9, noNaN: true }),
      label: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(row, row), { minLength: 1, maxLength: 10 }), (rows) => {
        const flat = rows.flat();
        const p = (logit: number) => 1 / (1 + Math.exp(-logit));
        const hits = flat.filter(({ logit, label }) => Number(p(logit) > 0.5) === label).length;
        const found = scope(() => {
          const logits = tensor(
            Float64Array.from(flat, ({ logit }) => logit),
            [rows.length, 2],
          );
          const labels = tensor(
            flat.map(({ label }) => label),
            [rows.length, 2],
          );
          return accuracy(logits, labels, [1, 1], { use_sigmoid: true });
        });
        expect(found).toBeCloseTo(hits / flat.length, 6);
      }),
    );
  });

  it("compares the outputs themselves without use_sigmoid", () => {
    scope(() => {
      const logits = tensor([0.3], [1, 1]);
      const label = tensor([1], [1, 1]);
      expect(accuracy(logits, label, [1])).toBe(0);
      expect(accuracy(logits, label, [1], { use_sigmoid: true })).toBe(1);
    });
  });

  it("looks at the binary entries of a mixed format alone", () => {
    scope(() => {
      const logits = tensor([9, -9, -9, -9, -9], [1, 5]);
      expect(accuracy(logits, tensor([1, 2, 0], [1, 3]), [1, 3, 1])).toBe(1);
      expect(accuracy(logits, tensor([1, 2, 1], [1, 3]), [1, 3, 1])).toBe(0.5);
    });
  });

  it("says what does not fit, and leaves no tensor behind", () => {
    const before = liveTensors();
    scope(() => {
      const logits = tensor([0, 0, 0], [1, 3]);
      const act = (labels: readonly number[], format: LabelFormat | null) =>
        tomoErrorOf(() => accuracy(logits, tensor(labels, [1, labels.length]), format));
      expect(act([1], [3])).toMatchObject({
        code: "TOMO_LABEL_FORMAT",
        hint: "use ComputeMulticlassAccuracy for this label_format",
      });
      expect(act([0, 2, 0], [1, 1, 1]).code).toBe("TOMO_LABEL_RANGE");
      expect(act([0, 0], [1, 1]).code).toBe("TOMO_SHAPE_MISMATCH");
      expect(act([0, 0, 0], null).code).toBe("TOMO_LABEL_FORMAT");
    });
    expect(liveTensors()).toBe(before);
  });
});
