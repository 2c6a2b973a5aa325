import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { medicalImage } from "../../data/medical_image.ts";
import type { FieldValue, Sample } from "../../data/sample.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { ComputeAverage } from "./compute_average.ts";

const metricOf = (args: object = {}) =>
  ComputeAverage.build(ComputeAverage.args.parse({ name: "mean_loss", field: "loss", ...args }));
const sampleOf = (loss: FieldValue): Sample => ({ caseId: "a", index: 0, fields: { loss } });

describe("ComputeAverage", () => {
  it("reads a number, a list of one number, or an image of one voxel", () => {
    scope(() => {
      expect(metricOf().score(sampleOf(0.25)).value).toBe(0.25);
      expect(metricOf().score(sampleOf([0.75])).value).toBe(0.75);
      const image = medicalImage(tensor([0.5], [1, 1]), "HW");
      expect(metricOf().score(sampleOf(image)).value).toBe(0.5);
    });
  });

  it("changes the sign with negate_value and leaves out invalid_value", () => {
    const metric = metricOf({ negate_value: true, invalid_value: -1 });
    const scores = [2, -1, 4].map((value) => metric.score(sampleOf(value)));
    expect(scores.map((score) => score.value)).toEqual([-2, Number.NaN, -4]);
    expect(metric.summarise(scores).value).toBe(-3);
  });

  it("refuses anything else", () => {
    for (const value of ["a.nii", [1, 2], [], null, ["1"]])
      expect(tomoErrorOf(() => metricOf().score(sampleOf(value))).where.field).toBe("loss");
  });
});
