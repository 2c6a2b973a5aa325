import { ops, scope } from "@tomo/torch";
import { expect, it } from "vitest";
import { medicalImage } from "../data/medical_image.ts";
import type { FieldValue, Sample } from "../data/sample.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { labelBatch } from "./label_batch.ts";

const sampleOf = (label: FieldValue, patches?: number): Sample => ({
  caseId: "film_1",
  index: 0,
  fields: {
    label,
    image:
      patches === undefined
        ? medicalImage(ops.zeros([4, 4, 1], { dtype: "float32" }), "HWC")
        : medicalImage(ops.zeros([patches, 4, 4, 1], { dtype: "float32" }), "NHWC"),
  },
});

it("stacks label vectors in the order of the samples, once a patch", () => {
  scope(() => {
    const batch = labelBatch([sampleOf([1, 0]), sampleOf([0, 2], 2)], [1, 3]);
    expect(batch).toMatchObject({ shape: [3, 2], dtype: "float32" });
    expect(batch.toArray()).toEqual([1, 0, 0, 2, 0, 2]);
  });
});

it.each([[null], ["a.png"], [[1]], [[1, "0"]]])("refuses %j with the case", (label) => {
  scope(() => {
    const error = tomoErrorOf(() => labelBatch([sampleOf(label as FieldValue)], [1, 1]));
    expect(error).toMatchObject({ code: "TOMO_LABEL_FORMAT", where: { case: "film_1", field: "label" } });
  });
});
