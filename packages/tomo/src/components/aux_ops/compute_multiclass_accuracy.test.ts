import { scope, type Tensor, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import type { LabelFormat } from "../contracts.ts";
import { ComputeMulticlassAccuracy } from "./compute_multiclass_accuracy.ts";

const op = ComputeMulticlassAccuracy.build(ComputeMulticlassAccuracy.args.parse({ tag: "hits" }));
const hits = (logits: Tensor, labels: Tensor, labelFormat: LabelFormat): number =>
  scope(() => op.compute(logits, labels, { labelFormat }).hits!.item());

describe("ComputeMulticlassAccuracy", () => {
  it("is the share of labels with the largest output, over batch and k-class entries", () => {
    scope(() => {
      // groups of 3 and 2 outputs behind one binary output
      const logits = tensor([9, 0, 2, 1, 5, 4, 9, 3, 2, 1, 4, 5], [2, 6]);
      expect(hits(logits, tensor([0, 1, 0, 1, 0, 1], [2, 3]), [1, 3, 2])).toBe(1);
      expect(hits(logits, tensor([0, 1, 1, 1, 0, 1], [2, 3]), [1, 3, 2])).toBe(0.75);
    });
    expect(op.outputs).toEqual([{ name: "hits", per: "batch" }]);
  });

  it("refuses a format of binary labels, and labels that are no class", () => {
    scope(() => {
      const logits = tensor([0, 1], [1, 2]);
      expect(tomoErrorOf(() => hits(logits, tensor([0, 1], [1, 2]), [1, 1])).hint).toContain(
        "ComputeAccuracy",
      );
      expect(tomoErrorOf(() => hits(logits, tensor([2], [1, 1]), [2])).code).toBe("TOMO_LABEL_RANGE");
    });
  });
});
