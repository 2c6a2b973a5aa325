import { ops, scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, filled, indices, shapeFor } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { channelAxis, type ShapeFormat, shapeFormats } from "../../data/shape_format.ts";
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

  it("is the formula for each channel, in every layout, on whole numbers and on shared channels too", () => {
    const channelled = shapeFormats.filter((format) => format.includes("C"));
    const lists = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 });
    const dtypes = ["float32", "float64", "uint8", "int16"] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...channelled),
        lists,
        lists,
        fc.constantFrom(...dtypes),
        fc.boolean(),
        (format, subtrahend, list, dtype, grey) => {
          scope(() => {
            const divisor = list.map((value) => value || 4);
            const single = filled(shapeFor(format, [2, 3, 4], grey ? 1 : 3), (n) => n % 120, dtype);
            const shape = shapeFor(format, [2, 3, 4], 3);
            const image = medicalImage(grey ? ops.expand(single, shape) : single, format);
            const args = { fields: "image", subtrahend, divisor };
            const { data } = imageIn(applyTransform(CenterData, args, caseOf({ image })).sample);
            expect(data.dtype).toBe(dtype === "float64" ? "float64" : "float32");
            expect(data.isContiguous).toBe(true);
            const values = image.data.toArray();
            const channels = [...indices(shape)].map((index) => index[channelAxis(format)]!);
            near(
              data.toArray(),
              values.map((value, n) => (value - subtrahend[channels[n]!]!) / divisor[channels[n]!]!),
            );
          });
        },
      ),
      { numRuns: 80 },
    );
  });

  it("keeps the digits of numbers for float64", () => {
    scope(() => {
      const image = medicalImage(ops.ones([1, 1, 2], { dtype: "float64" }), "HWC");
      const args = { fields: "image", subtrahend: [0.1, 0.2], divisor: [1, 0.3] };
      const { data } = imageIn(applyTransform(CenterData, args, caseOf({ image })).sample);
      expect(data.toArray()).toEqual([0.9, 0.8 / 0.3]);
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

  it("takes the same statistics from channels that share their memory as from copies of them", () => {
    scope(() => {
      for (const [shape, shared, format] of [
        [[4, 5, 1], [4, 5, 3], "HWC"],
        [[2, 1, 4, 5], [2, 3, 4, 5], "NCHW"],
      ] as const) {
        const view = ops.expand(
          filled(shape, (n) => (n * 37) % 11),
          shared,
        );
        const [ofView, ofCopy] = [view, ops.contiguous(view)].map((data) => {
          const image = medicalImage(data, format);
          return imageIn(
            applyTransform(CenterData, { fields: "image" }, caseOf({ image })).sample,
          ).data.toArray();
        });
        near(ofView!, ofCopy!);
      }
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
