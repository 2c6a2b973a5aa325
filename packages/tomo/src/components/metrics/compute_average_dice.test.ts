import { liveTensors, ops, scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medicalImage } from "../../data/medical_image.ts";
import type { Sample } from "../../data/sample.ts";
import { formatOf } from "../../data/shape_format.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { ComputeAverageDice } from "./compute_average_dice.ts";

const metricOf = (args: object = {}) =>
  ComputeAverageDice.build(ComputeAverageDice.args.parse({ name: "mean_dice", field: "model", ...args }));

/** [C, spatial] arrays as a sample with fields model and label. */
function sampleOf(model: Tensor, label: Tensor): Sample {
  const format = formatOf({ rank: model.rank - 1, channel: "first" });
  const fields = { model: medicalImage(model, format), label: medicalImage(label, format) };
  return { caseId: "case_1", index: 0, fields };
}
const row = (values: readonly number[]): Tensor => tensor(values, [1, 1, values.length]);
/** Probabilities whose argmax is the given class of each voxel. */
const scoresFor = (classes: readonly number[], count: number): Tensor =>
  tensor(
    Array.from({ length: count }, (_, channel) =>
      classes.map((value) => (value === channel ? 0.4 : 0.3)),
    ).flat(),
    [count, 1, classes.length],
  );

describe("ComputeAverageDice on several channels", () => {
  it("takes the largest channel, drops background, means the classes", () => {
    scope(() => {
      const sample = sampleOf(scoresFor([0, 1, 1, 2, 2, 2], 3), row([0, 0, 1, 2, 2, 1]));
      const found = metricOf().score(sample);
      expect(found.parts).toEqual({ class_1: (2 * 1) / 4, class_2: (2 * 2) / 5 });
      expect(found.value).toBeCloseTo((0.5 + 0.8) / 2, 12);
      expect(metricOf({ remove_bg: false }).score(sample).parts).toMatchObject({ class_0: 2 / 3 });
    });
  });

  it("gives no value to a class that the label lacks, predicted or not", () => {
    scope(() => {
      const sample = sampleOf(scoresFor([0, 1, 2, 2], 4), row([0, 1, 1, 0]));
      const { value, parts } = metricOf().score(sample);
      expect(parts).toEqual({ class_1: 2 / 3, class_2: Number.NaN, class_3: Number.NaN });
      expect(value).toBeCloseTo(2 / 3, 12);
      const empty = sampleOf(scoresFor([0, 1], 2), row([0, 0]));
      expect(metricOf().score(empty).value).toBeNaN();
    });
  });

  it("with one-hot targets thresholds each channel", () => {
    scope(() => {
      const model = tensor([0.9, 0.1, 0.6, 0.6, 0.2, 0.2], [3, 1, 2]);
      const label = tensor([1, 0, 1, 0, 0, 1], [3, 1, 2]);
      const { parts } = metricOf({ is_one_hot_targets: true, remove_bg: false }).score(
        sampleOf(model, label),
      );
      expect(parts).toEqual({ class_0: 1, class_1: 2 / 3, class_2: 0 });
    });
  });
});

describe("ComputeAverageDice on one channel", () => {
  it("compares with the threshold, and has no parts", () => {
    scope(() => {
      const sample = sampleOf(row([0.2, 0.6, 0.8, 0.5]), row([0, 1, 1, 1]));
      expect(metricOf().score(sample)).toEqual({ caseId: "case_1", value: 4 / 5, parts: {} });
      expect(metricOf({ logit_thresh: 0.7 }).score(sample).value).toBe(2 / 4);
    });
  });

  it("is NaN for an empty label", () => {
    scope(() => {
      expect(metricOf().score(sampleOf(row([0, 0]), row([0, 0]))).value).toBeNaN();
      expect(metricOf().score(sampleOf(row([1, 0]), row([0, 0]))).value).toBeNaN();
    });
  });

  it("obeys Dice's laws: symmetric, in [0, 1], 1 for equal masks, whatever the voxel order", () => {
    const masks = fc
      .integer({ min: 1, max: 40 })
      .chain((length) =>
        fc.tuple(
          fc.array(fc.constantFrom(0, 1), { minLength: length, maxLength: length }),
          fc.array(fc.constantFrom(0, 1), { minLength: length, maxLength: length }),
        ),
      );
    const dice = (a: readonly number[], b: readonly number[]): number =>
      scope(() => metricOf().score(sampleOf(row(a), row(b))).value);
    fc.assert(
      fc.property(masks, ([a, b]) => {
        fc.pre(a.includes(1) && b.includes(1));
        const value = dice(a, b);
        expect(dice(b, a)).toBe(value);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(dice(a, a)).toBe(1);
        expect(dice(a.toReversed(), b.toReversed())).toBe(value);
      }),
    );
  });
});

describe("ComputeAverageDice", () => {
  it("does not depend on how the volume is cut into slabs", () => {
    scope(() => {
      // 2^21 voxels a plane: two planes a slab, so that three planes need two slabs
      const model = ops.zeros([1, 3, 2048, 1024], { dtype: "float32" });
      const label = ops.zeros([1, 3, 2048, 1024], { dtype: "uint8" });
      ops.fill_(ops.narrow(model, 1, 1, 2), 1);
      ops.fill_(ops.narrow(label, 1, 2, 1), 1);
      expect(metricOf().score(sampleOf(model, label)).value).toBe(2 / 3);
    });
  });

  it("frees what it makes", () => {
    scope(() => {
      const sample = sampleOf(scoresFor([0, 1], 2), row([0, 1]));
      const live = liveTensors();
      metricOf().score(sample);
      expect(liveTensors()).toBe(live);
    });
  });

  it("means the cases that have a value; 0 when none has", () => {
    const scores = [0.5, Number.NaN, 1].map((value) => ({ caseId: "c", value, parts: {} }));
    expect(metricOf().summarise(scores).value).toBe(0.75);
    expect(metricOf().summarise([scores[1]!]).value).toBe(0);
    expect(metricOf().summarise([]).value).toBe(0);
  });

  it("names both sizes when they differ", () => {
    scope(() => {
      const error = tomoErrorOf(() => metricOf().score(sampleOf(row([0, 1]), row([0, 1, 1]))));
      expect(error.code).toBe("TOMO_SHAPE_MISMATCH");
      expect(error.message).toBe("the label is 1×3 voxels, the prediction 1×2");
      expect(error.where).toMatchObject({ case: "case_1", field: "label" });
    });
  });

  it("says which way is_one_hot_targets must go", () => {
    scope(() => {
      const oneHot = sampleOf(scoresFor([0, 1], 2), scoresFor([0, 1], 2));
      expect(tomoErrorOf(() => metricOf().score(oneHot)).hint).toContain("to true");
      const indices = sampleOf(scoresFor([0, 1], 2), row([0, 1]));
      const error = tomoErrorOf(() => metricOf({ is_one_hot_targets: true }).score(indices));
      expect(error.hint).toContain("to false");
    });
  });
});
