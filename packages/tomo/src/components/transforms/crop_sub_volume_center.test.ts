import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, filled, ramp } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { CropSubVolumeCenter } from "./crop_sub_volume_center.ts";

describeTransform(CropSubVolumeCenter, {
  args: { fields: ["image", "label"], size: [3, 2, 6] },
  reads: ["image", "label"],
  keeps: ["format", "dtype", "world"],
  formats: ["DHW", "DHWC", "CDHW", "NDHW", "NDHWC", "NCDHW"],
  size: [4, 4, 5],
});

const crop = (length: number, size: number) => {
  const image = medicalImage(
    filled([1, length], (n) => n),
    "HW",
  );
  const args = { fields: "image", size: [1, size] };
  return imageIn(applyTransform(CropSubVolumeCenter, args, caseOf({ image })).sample).data.toArray();
};

describe("CropSubVolumeCenter", () => {
  it("takes the middle; an odd rest is cut off behind", () => {
    scope(() => {
      expect(crop(6, 2)).toEqual([2, 3]);
      expect(crop(5, 2)).toEqual([1, 2]);
      expect(crop(6, 3)).toEqual([1, 2, 3]);
      expect(crop(5, 5)).toEqual([0, 1, 2, 3, 4]);
    });
  });

  it("pads where the volume is shorter", () => {
    scope(() => {
      expect(crop(2, 5)).toEqual([0, 0, 1, 0, 0]);
    });
  });

  it("refuses a size with other axes, with case and field", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("CDHW", [4, 4, 4]) });
      const args = { fields: "image", size: [2, 2] };
      const error = tomoErrorOf(() => applyTransform(CropSubVolumeCenter, args, sample));
      expect(error).toMatchObject({ code: "TOMO_IMAGE_UNFIT", where: { case: "case_7", field: "image" } });
    });
  });
});
