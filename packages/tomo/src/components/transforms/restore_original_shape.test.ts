import { scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, filled, obliqueAffine, ramp } from "../../conformance/images.ts";
import { affineAfterResize } from "../../data/affine.ts";
import { type MedicalImage, medicalImage, withProperties } from "../../data/medical_image.ts";
import { cropImage, flipImage, rotateImage, sizeOf } from "../../data/spatial.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { RestoreOriginalShape } from "./restore_original_shape.ts";

describeTransform(RestoreOriginalShape, {
  args: { field: "image", src_field: "label", is_label: true },
  reads: ["image"],
  keeps: ["format", "shape", "dtype"],
  formats: ["HW", "HWC", "CHW", "DHW", "DHWC", "CDHW"],
});

const restore = (model: MedicalImage, image: MedicalImage, is_label = false) =>
  imageIn(
    applyTransform(
      RestoreOriginalShape,
      { field: "model", src_field: "image", is_label },
      caseOf({ model, image }),
    ).sample,
    "model",
  );
/** The output of a network on this image: the same grid, no geometry of its own. */
const predicted = (image: MedicalImage) => medicalImage(image.data, image.format);

describe("RestoreOriginalShape", () => {
  it("undoes padding exactly and fills what was cropped off with zeros, for every box", () => {
    const boxes = fc.array(fc.tuple(fc.integer({ min: -3, max: 2 }), fc.integer({ min: 1, max: 8 })), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(boxes, fc.boolean(), (box, isLabel) => {
        scope(() => {
          const image = ramp("CDHW", [4, 5, 3]);
          const [start, size] = [box.map(([from]) => from), box.map(([, count]) => count)];
          fc.pre(sizeOf(image).every((length, n) => start[n]! < length && start[n]! + size[n]! > 0));
          const worked = cropImage(image, start, size);
          const back = restore(predicted(worked), worked, isLabel);
          expect(sizeOf(back)).toEqual([4, 5, 3]);
          expect(back.properties).toMatchObject({ affine: obliqueAffine, originalShape: [4, 5, 3] });
          const kept = new Set(worked.data.toArray());
          expect(back.data.toArray()).toEqual(
            image.data.toArray().map((value) => (kept.has(value) ? value : 0)),
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  it("resamples back what was resampled, by the affines: labels nearest, images linear", () => {
    scope(() => {
      // loaded with 4 voxels, worked on with 2 of double length
      const properties = {
        originalShape: [1, 4],
        originalAffine: obliqueAffine,
        affine: affineAfterResize(obliqueAffine, [1, 4], [1, 2]),
      };
      const worked = medicalImage(
        filled([1, 2], (n) => 8 * n),
        "HW",
        properties,
      );
      expect(restore(predicted(worked), worked).data.toArray()).toEqual([0, 2, 6, 8]);
      expect(restore(predicted(worked), worked, true).data.toArray()).toEqual([0, 0, 8, 8]);
    });
  });

  it("stretches to the original shape where there are no affines", () => {
    scope(() => {
      const worked = medicalImage(
        filled([2, 2], (n) => 4 * n),
        "HW",
        { originalShape: [2, 4] },
      );
      const back = restore(predicted(worked), worked);
      expect(back.data.toArray()).toEqual([0, 1, 3, 4, 8, 9, 11, 12]);
      expect(back.properties).toEqual({ originalShape: [2, 4] });
    });
  });

  it("stretches a prediction that has another size than its image", () => {
    scope(() => {
      const image = ramp("DHW", [2, 2, 4]);
      const coarse = medicalImage(
        filled([1, 1, 2], (n) => n),
        "DHW",
      );
      expect(restore(coarse, image, true).data.toArray().slice(0, 4)).toEqual([0, 0, 1, 1]);
    });
  });

  it("brings back a flipped image too, and refuses a turned one", () => {
    scope(() => {
      const image = ramp("CDHW", [2, 3, 3]);
      const flipped = flipImage(image, [0, 2]);
      expect(restore(predicted(flipped), flipped, true).data.toArray()).toEqual(image.data.toArray());
      const turned = rotateImage(image, [1, 2], 1);
      const error = tomoErrorOf(() => restore(predicted(turned), turned));
      expect(error).toMatchObject({ code: "TOMO_IMAGE_UNFIT", where: { case: "case_7", field: "model" } });
    });
  });

  it("refuses a source that was not loaded from a file", () => {
    scope(() => {
      const image = withProperties(ramp("DHW", [2, 2, 2]), { originalShape: undefined });
      expect(tomoErrorOf(() => restore(predicted(image), image)).message).toMatch(/does not know the shape/);
    });
  });
});
