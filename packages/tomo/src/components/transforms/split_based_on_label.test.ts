import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, classes, ramp } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { SplitBasedOnLabel } from "./split_based_on_label.ts";

describeTransform(SplitBasedOnLabel, {
  args: { field: "label", label_names: ["background", "spleen"] },
  reads: ["label"],
  keeps: ["format", "shape", "dtype", "affine"],
});

const args = { field: "label", label_names: ["label_class0", "label_class1"] };
const split = (values: number[] | Uint8Array) =>
  applyTransform(
    SplitBasedOnLabel,
    args,
    caseOf({ label: medicalImage(tensor(values, [1, 1, values.length]), "CHW") }),
  );

describe("SplitBasedOnLabel", () => {
  it("makes a mask for each name; values without a name are in none", () => {
    scope(() => {
      for (const values of [[0, 1, 2, 1], Uint8Array.of(0, 1, 2, 1)]) {
        const { sample, warnings } = split(values);
        expect(imageIn(sample, "label_class0").data.toArray()).toEqual([1, 0, 0, 0]);
        expect(imageIn(sample, "label_class1").data.toArray()).toEqual([0, 1, 0, 1]);
        expect(warnings).toEqual([]);
      }
    });
  });

  it("gives uint8 masks with the layout and the properties of the label", () => {
    scope(() => {
      const label = classes("NCDHW", [2, 2, 2]);
      const { sample } = applyTransform(SplitBasedOnLabel, args, caseOf({ label }));
      const mask = imageIn(sample, "label_class1");
      expect(mask).toMatchObject({ format: "NCDHW", properties: label.properties });
      expect(mask.data).toMatchObject({ dtype: "uint8", shape: [2, 1, 2, 2, 2] });
      expect(sample.fields.label).toBe(label);
    });
  });

  it("warns of values that are no whole numbers, with the case", () => {
    scope(() => {
      const { sample, warnings } = split([0, 0.9996, 1]);
      expect(imageIn(sample, "label_class1").data.toArray()).toEqual([0, 0, 1]);
      expect(warnings).toEqual([
        expect.stringMatching(
          /^case case_7: field label has values that are no whole numbers, such as 0\.9996/,
        ),
      ]);
    });
  });

  it("refuses several channels, and names that stand there twice", () => {
    scope(() => {
      const sample = caseOf({ label: ramp("CDHW", [2, 2, 2]) });
      const error = tomoErrorOf(() => applyTransform(SplitBasedOnLabel, args, sample));
      expect(error).toMatchObject({ code: "TOMO_IMAGE_UNFIT", hint: expect.stringContaining("Argmax") });
    });
    const twice = SplitBasedOnLabel.args.parse({ field: "label", label_names: ["a", "b", "a"] });
    expect(SplitBasedOnLabel.check!(twice)).toMatchObject([
      { argument: "label_names", message: '"a" stands there twice' },
    ]);
  });
});
