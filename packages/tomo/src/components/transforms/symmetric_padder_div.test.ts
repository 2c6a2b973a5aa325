import { scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, filled, ramp } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { sizeOf } from "../../data/spatial.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { CropSubVolumeCenter } from "./crop_sub_volume_center.ts";
import { SymmetricPadderDiv } from "./symmetric_padder_div.ts";

describeTransform(SymmetricPadderDiv, {
  args: { fields: ["image", "label"], div_int: 3 },
  reads: ["image", "label"],
  keeps: ["format", "dtype", "world"],
  size: [2, 4, 6],
});

const pad = (image: ReturnType<typeof ramp>, div_int: number) =>
  imageIn(applyTransform(SymmetricPadderDiv, { fields: "image", div_int }, caseOf({ image })).sample);

describe("SymmetricPadderDiv", () => {
  it("pads each axis to its next multiple, so small volumes stay smaller", () => {
    scope(() => {
      const padded = (size: readonly number[]) => sizeOf(pad(ramp("CDHW", size, 1), 16));
      expect(padded([43, 59, 47])).toEqual([48, 64, 48]);
      expect(padded([31, 40, 24])).toEqual([32, 48, 32]);
    });
  });

  it("puts half of the zeros on each side, the odd one behind", () => {
    scope(() => {
      const image = medicalImage(
        filled([1, 5], (n) => n + 1),
        "HW",
      );
      expect(pad(image, 4).data.toArray()).toEqual([
        ...[0, 0, 0, 0, 0, 0, 0, 0],
        ...[0, 1, 2, 3, 4, 5, 0, 0],
        ...[0, 0, 0, 0, 0, 0, 0, 0],
        ...[0, 0, 0, 0, 0, 0, 0, 0],
      ]);
    });
  });

  it("leaves an image that fits as it is", () => {
    scope(() => {
      const image = ramp("CDHW", [4, 8, 4]);
      expect(pad(image, 4)).toBe(image);
    });
  });

  it("is undone by CropSubVolumeCenter, voxels and affine", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 6 }), (size, div_int) => {
        scope(() => {
          const image = ramp("CDHW", size, 1);
          const sample = caseOf({ image: pad(image, div_int) });
          const back = imageIn(applyTransform(CropSubVolumeCenter, { fields: "image", size }, sample).sample);
          expect(back.data.toArray()).toEqual(image.data.toArray());
          back.properties.affine!.forEach((value, n) => {
            expect(value).toBeCloseTo(image.properties.affine![n]!, 9);
          });
        });
      }),
      { numRuns: 40 },
    );
  });
});
