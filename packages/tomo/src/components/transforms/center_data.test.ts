import { scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { medicalImage } from "../../data/medical_image.ts";
import type { ShapeFormat } from "../../data/shape_format.ts";
import { caseOf } from "../../testing/images.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { CenterData } from "./center_data.ts";

describeTransform(CenterData, {
  args: { fields: ["image", "label"] },
  reads: ["image", "label"],
  keeps: ["format", "shape", "affine"],
  dtype: "float32",
});
describeTransform(CenterData, {
  args: { fields: "image", subtrahend: [1, 2], divisor: 3 },
  reads: ["image"],
  keeps: ["format", "shape", "affine"],
  formats: ["CHW", "HWC", "CDHW", "DHWC", "NCHW", "NHWC", "NCDHW", "NDHWC"],
});

const centred = (values: number[], shape: number[], format: ShapeFormat, args: object) => {
  const image = medicalImage(tensor(values, shape), format);
  return imageIn(
    applyTransform(CenterData, { fields: "image", ...args }, caseOf({ image })).sample,
  ).data.toArray();
};
const near = (values: readonly number[], golden: readonly number[]) =>
  values.forEach((value, n) => {
    expect(value).toBeCloseTo(golden[n]!, 5);
  });

describe("CenterData", () => {
  it("subtracts and divides by numbers, or by one number a channel wherever the channels are", () => {
    scope(() => {
      expect(centred([3, 5, 7, 9], [2, 2], "HW", { subtrahend: 1, divisor: 2 })).toEqual([1, 2, 3, 4]);
      const perChannel = { subtrahend: [1, 10], divisor: [1, 10] };
      expect(centred([2, 3, 20, 30], [2, 1, 2], "CHW", perChannel)).toEqual([1, 2, 1, 2]);
      expect(centred([2, 20, 3, 30], [1, 2, 2], "HWC", perChannel)).toEqual([1, 1, 2, 2]);
      expect(centred([3, 5], [1, 2], "HW", { subtrahend: [1], divisor: [2] })).toEqual([1, 2]);
    });
  });

  it("takes the chest X-ray config's numbers", () => {
    scope(() => {
      const value = 2876.37;
      const args = { subtrahend: [value, value, value], divisor: [883, 883, 883] };
      near(centred([2876.37, 3759.37, 0], [1, 1, 3], "HWC", args), [0, 1, -3.2575]);
    });
  });

  it("takes mean and population deviation of the image where there is no argument, as MONAI (golden values)", () => {
    scope(() => {
      const golden = [-1.3416407, -0.4472136, 0.4472136, 1.3416407];
      near(centred([1, 2, 3, 4], [2, 1, 2], "CHW", {}), golden);
      near(centred([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2], "NHW", {}), [...golden, ...golden]);
      near(centred([1, 2, 3, 4], [2, 2], "HW", { subtrahend: 1 }), [0, 0.8944272, 1.7888544, 2.6832816]);
      near(centred([1, 2, 3, 4], [2, 2], "HW", { divisor: 1 }), [-1.5, -0.5, 0.5, 1.5]);
    });
  });

  it("divides equal voxels by 1", () => {
    scope(() => {
      expect(centred([0.1, 0.1, 0.1, 0.1], [2, 2], "HW", {})).toEqual([0, 0, 0, 0]);
    });
  });

  it("refuses a divisor of zero, and lists that do not fit the channels", () => {
    const parsed = CenterData.args.parse({ fields: "image", divisor: [1, 0] });
    expect(CenterData.check!(parsed)).toMatchObject([{ argument: "divisor" }]);
    scope(() => {
      const error = tomoErrorOf(() => centred([1, 2], [1, 2], "HW", { subtrahend: [1, 2, 3], divisor: 1 }));
      expect(error).toMatchObject({ code: "TOMO_IMAGE_UNFIT", where: { case: "case_7", field: "image" } });
      expect(error.message).toBe("subtrahend has 3 numbers for 1 channels");
    });
  });
});
