import { scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, classes, obliqueAffine, ramp } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { sizeOf } from "../../data/spatial.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { RestoreOriginalShape } from "./restore_original_shape.ts";
import { ScaleToShape } from "./scale_to_shape.ts";

describeTransform(ScaleToShape, {
  args: { fields: ["image", "label"], target_shape: [3, 6] },
  reads: ["image", "label"],
  keeps: ["format"],
  dtype: "float32",
  formats: ["HW", "HWC", "CHW", "NHW", "NHWC", "NCHW"],
});
describeTransform(ScaleToShape, {
  args: { fields: ["image", "label"], target_shape: [3, 6, 4], is_label: true },
  reads: ["image", "label"],
  keeps: ["format", "dtype"],
  formats: ["DHW", "DHWC", "CDHW", "NDHW", "NDHWC", "NCDHW"],
});
describeTransform(ScaleToShape, {
  args: { fields: ["image", "label"], target_shape: [4, 4, 4] },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "affine", "world"],
  formats: ["DHW", "DHWC", "CDHW", "NDHW", "NDHWC", "NCDHW"],
});

const scaled = (image: ReturnType<typeof ramp>, target_shape: number[], is_label = false) =>
  imageIn(
    applyTransform(ScaleToShape, { fields: "image", target_shape, is_label }, caseOf({ image })).sample,
  );

describe("ScaleToShape", () => {
  it("takes the seed's arguments", () => {
    scope(() => {
      const film = scaled(ramp("HW", [0, 300, 200]), [256, 256]);
      expect(film).toMatchObject({ format: "HW", data: { shape: [256, 256], dtype: "float32" } });
      expect(film.properties).toMatchObject({ originalShape: [300, 200], originalAffine: obliqueAffine });
    });
  });

  it("keeps the outer edges: half-pixel grid, not corner-aligned", () => {
    scope(() => {
      const values = (list: number[], length: number) =>
        scaled(medicalImage(tensor(list, [1, list.length]), "HW"), [1, length]).data.toArray();
      expect(values([0, 8], 4)).toEqual([0, 2, 6, 8]);
      expect(values([0, 8, 16, 24], 2)).toEqual([6, 18].map((value) => expect.closeTo(value, -1)));
    });
  });

  it("gives labels no classes that they did not have, and every class of a label that grows", () => {
    const length = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(length, length, length, length, (height, width, toHeight, toWidth) => {
        scope(() => {
          const label = classes("CHW", [1, height, width], "uint8");
          const result = scaled(label, [toHeight, toWidth], true).data;
          const [before, after] = [new Set(label.data.toArray()), new Set(result.toArray())];
          for (const value of after) expect(before).toContain(value);
          if (toHeight >= height && toWidth >= width) expect(after).toEqual(before);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("is undone by RestoreOriginalShape, by the affines and without them: a label twice as large exactly", () => {
    scope(() => {
      for (const affines of [true, false]) {
        const original = classes("CHW", [1, 5, 4], "uint8");
        const { affine, originalAffine, ...rest } = original.properties;
        const image = affines ? original : { ...original, properties: rest };
        const worked = scaled(image, [10, 8], true);
        const model = medicalImage(worked.data, worked.format);
        const back = imageIn(
          applyTransform(
            RestoreOriginalShape,
            { field: "model", src_field: "image", is_label: true },
            caseOf({ model, image: worked }),
          ).sample,
          "model",
        );
        expect(back.data.toArray()).toEqual(original.data.toArray());
        expect(sizeOf(back)).toEqual([5, 4]);
        expect(back.properties.affine).toEqual(affines ? obliqueAffine : undefined);
      }
    });
  });

  it("refuses a target_shape of another number of axes, and lengths that are none", () => {
    scope(() => {
      const error = tomoErrorOf(() => scaled(ramp("HWC", [0, 4, 4], 3), [4, 4, 3]));
      expect(error).toMatchObject({ code: "TOMO_IMAGE_UNFIT", where: { case: "case_7", field: "image" } });
      expect(error.message).toBe("target_shape has 3 entries, the image 2 spatial axes");
    });
    for (const target_shape of [[0, 4], [4.5, 4], [4], [-1, 4], "256", 256]) // biome-ignore format: one row
      expect(ScaleToShape.args.safeParse({ fields: "image", target_shape }).success).toBe(false);
  });
});
