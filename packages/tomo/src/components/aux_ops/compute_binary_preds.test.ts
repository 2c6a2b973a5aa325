import { liveTensors, ops, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { ComputeBinaryPreds } from "./compute_binary_preds.ts";

const names = { binary_preds_name: "preds", binary_labels_name: "labels" };
const op = ComputeBinaryPreds.build(ComputeBinaryPreds.args.parse(names));

describe("ComputeBinaryPreds", () => {
  it("makes two fields of each case, and nothing to print", () => {
    const { outputs, doSummary, doPrint } = op;
    expect({ outputs, doSummary, doPrint }).toEqual({
      outputs: [
        { name: "preds", per: "case" },
        { name: "labels", per: "case" },
      ],
      doSummary: false,
      doPrint: false,
    });
  });

  it("gives probabilities and labels of the binary entries in their order", () => {
    const before = liveTensors();
    scope(() => {
      const logits = tensor([0, 7, 8, 9, Math.log(3), 2, 7, 8, 9, -2], [2, 5]);
      const labels = tensor([1, 2, 0, 0, 1, 1], [2, 3]);
      const made = op.compute(logits, labels, { labelFormat: [1, 3, 1] });
      expect(made.preds!.shape).toEqual([2, 2]);
      const p = (x: number) => 1 / (1 + Math.exp(-x));
      const expected = [0.5, p(Math.log(3)), p(2), p(-2)];
      for (const [n, value] of made.preds!.toArray().entries()) expect(value).toBeCloseTo(expected[n]!, 6);
      expect(made.labels!.toArray()).toEqual([1, 0, 0, 1]);
    });
    expect(liveTensors()).toBe(before);
  });

  it("keeps the order of large logits, which are all 1 in float32", () => {
    scope(() => {
      const logits = tensor([18, 19, 30], [3, 1]);
      const { preds } = op.compute(logits, tensor([0, 0, 1], [3, 1]), { labelFormat: [1] });
      const [a, b, c] = preds!.toArray() as [number, number, number];
      expect(a < b && b < c && c < 1).toBe(true);
      expect(new Set(ops.sigmoid(logits).toArray()).size).toBe(1);
    });
  });

  it("refuses one name for both fields", () => {
    const same = ComputeBinaryPreds.args.parse({ ...names, binary_labels_name: "preds" });
    expect(ComputeBinaryPreds.check!(same)).toMatchObject([{ argument: "binary_labels_name" }]);
    expect(ComputeBinaryPreds.check!(ComputeBinaryPreds.args.parse(names))).toEqual([]);
  });
});
