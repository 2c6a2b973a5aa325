import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import type { FieldValue } from "../../data/sample.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform } from "../../testing/transform_harness.ts";
import type { LabelFormat } from "../contracts.ts";
import { ProcessMulticlassPreds } from "./process_multiclass_preds.ts";

const processed = (
  model: FieldValue,
  labelFormat: LabelFormat | null,
  others: Record<string, FieldValue> = {},
) =>
  applyTransform(
    ProcessMulticlassPreds,
    { field: "model" },
    caseOf({ ...others, model }),
    undefined,
    labelFormat,
  ).sample.fields.model as number[];

const logit = fc.double({ min: -60, max: 60, noNaN: true });
/** A label_format with logits that fit it. */
const outputs = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }).chain((format) => {
  const length = format.reduce((sum, classes) => sum + classes, 0);
  return fc.record({
    format: fc.constant(format),
    logits: fc.array(logit, { minLength: length, maxLength: length }),
  });
});

describe("ProcessMulticlassPreds", () => {
  it("declares its arguments", () => {
    expect(ProcessMulticlassPreds.args.safeParse({}).success).toBe(false);
    expect(ProcessMulticlassPreds.args.safeParse({ field: "" }).success).toBe(false);
    expect(ProcessMulticlassPreds.args.parse({ field: "model" })).toEqual({ field: "model" });
    expect(ProcessMulticlassPreds.isRandom({ field: "model" })).toBe(false);
  });

  it("equals torch's sigmoid and softmax, group by group (golden values)", () => {
    const near = [
      0.8807970779778823, 0.015876239976466765, 0.11731042782619838, 0.8668133321973349, 0.37754066879814546,
      0.9999938558253978, 0.0000061441746022147182,
    ].map((value) => expect.closeTo(value, 14));
    expect(processed([2, -3, -1, 1, -0.5, 6, -6], [1, 3, 1, 2])).toEqual(near);
  });

  it("gives probabilities: within [0, 1], groups sum to 1, larger logits are never less probable", () => {
    fc.assert(
      fc.property(outputs, ({ format, logits }) => {
        const values = processed(logits, format);
        expect(values).toHaveLength(logits.length);
        let at = 0;
        for (const classes of format) {
          const [group, before] = [values, logits].map((of) => of.slice(at, at + classes)) as [
            number[],
            number[],
          ];
          at += classes;
          for (const value of group) expect(value >= 0 && value <= 1).toBe(true);
          if (classes > 1) expect(group.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
          for (const [n, value] of group.entries())
            for (const [m, other] of group.entries())
              if (before[n]! > before[m]!) expect(value >= other).toBe(true);
        }
      }),
    );
  });

  it("does not change by a constant added to a group, and does not overflow", () => {
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: -1000, max: 1000 }),
        (logits, shift) => {
          const moved = processed(
            logits.map((x) => x + shift),
            [3],
          );
          processed(logits, [3]).forEach((value, n) => {
            expect(moved[n]).toBeCloseTo(value, 9);
          });
        },
      ),
    );
    expect(processed([800, -800, 0, 800], [1, 1, 2])).toEqual([1, 0, 0, 1]);
  });

  it("hands NaN on instead of hiding it, in its own group only", () => {
    expect(processed([Number.NaN, 0, Number.NaN, 1], [1, 1, 2])).toEqual([
      Number.NaN,
      0.5,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it("leaves the sample it was given alone", () => {
    const logits = Object.freeze([0, 0]);
    const sample = caseOf({ model: logits, label: [1, 1] });
    const after = applyTransform(
      ProcessMulticlassPreds,
      { field: "model" },
      sample,
      undefined,
      [1, 1],
    ).sample;
    expect(sample.fields.model).toBe(logits);
    expect(after.fields).toEqual({ model: [0.5, 0.5], label: [1, 1] });
  });

  it("says what is wrong: no label_format, another number of outputs, no numbers", () => {
    const fault = (model: FieldValue, format: LabelFormat | null) =>
      tomoErrorOf(() => processed(model, format, { label: [1] }));
    expect(fault([1, 2], null)).toMatchObject({ code: "TOMO_LABEL_FORMAT" });
    expect(fault([1, 2], null).message).toContain("ProcessMulticlassPreds");
    expect(fault([1, 2], [1, 3])).toMatchObject({
      code: "TOMO_SHAPE_MISMATCH",
      where: { case: "case_7", field: "model" },
      given: "2 values, label_format [1, 3]",
      expected: "4 values: 1 for each 1, k for each k > 1",
    });
    for (const model of ["/data/a.png", null, ["0.5", "1"], [], ramp("HW", [1, 2, 2])])
      expect(fault(model, [1, 1])).toMatchObject({
        code: "TOMO_FIELD_NOT_NUMBERS",
        where: { field: "model" },
      });
  });
});
