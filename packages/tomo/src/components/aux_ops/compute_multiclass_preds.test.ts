import { liveTensors, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { ComputeMulticlassPreds } from "./compute_multiclass_preds.ts";

const names = { multiclass_preds_name: "preds", multiclass_labels_name: "labels" };
const opWith = (args: object = {}) =>
  ComputeMulticlassPreds.build(ComputeMulticlassPreds.args.parse({ ...names, ...args }));

describe("ComputeMulticlassPreds", () => {
  it("gives softmax and label of the only k-class entry", () => {
    const before = liveTensors();
    scope(() => {
      const op = opWith();
      const logits = tensor([5, 0, Math.log(2), Math.log(5)], [1, 4]);
      const made = op.compute(logits, tensor([1, 2], [1, 2]), { labelFormat: [1, 3] });
      expect([made.preds!.shape, made.labels!.shape]).toEqual([
        [1, 3],
        [1, 1],
      ]);
      for (const [n, value] of made.preds!.toArray().entries())
        expect(value).toBeCloseTo([1, 2, 5][n]! / 8, 6);
      expect(made.labels!.toArray()).toEqual([2]);
      expect(op.outputs).toEqual([
        { name: "preds", per: "case" },
        { name: "labels", per: "case" },
      ]);
    });
    expect(liveTensors()).toBe(before);
  });

  it("chooses among several by label_index, the position in label_format", () => {
    scope(() => {
      const logits = tensor([0, 1, 0, 0, 9], [1, 5]);
      const labels = tensor([1, 0, 2], [1, 3]);
      const task = { labelFormat: [1, 1, 3] };
      expect(opWith({ label_index: 2 }).compute(logits, labels, task).labels!.toArray()).toEqual([2]);
      const two = { labelFormat: [2, 3] };
      const act = (args: object) =>
        tomoErrorOf(() => opWith(args).compute(logits, tensor([1, 0], [1, 2]), two));
      expect(act({})).toMatchObject({
        code: "TOMO_BAD_VALUE",
        message: "ComputeMulticlassPreds must be told which of 2 k-class labels it is for",
        expected: "one of 0, 1",
      });
      expect(act({ label_index: 2 }).message).toBe("entry 2 of label_format is no label of k classes");
      expect(tomoErrorOf(() => opWith({ label_index: 0 }).compute(logits, labels, task)).expected).toBe(
        "one of 2",
      );
    });
  });

  it("refuses one name for both fields", () => {
    const same = ComputeMulticlassPreds.args.parse({ ...names, multiclass_labels_name: "preds" });
    expect(ComputeMulticlassPreds.check!(same)).toMatchObject([{ argument: "multiclass_labels_name" }]);
  });
});
