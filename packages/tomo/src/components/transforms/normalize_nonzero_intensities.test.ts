import { ops, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import type { ShapeFormat } from "../../data/shape_format.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { NormalizeNonzeroIntensities } from "./normalize_nonzero_intensities.ts";

describeTransform(NormalizeNonzeroIntensities, {
  args: { fields: ["image", "label"] },
  reads: ["image", "label"],
  keeps: ["format", "shape", "affine"],
  dtype: "float32",
});

const normalised = (values: number[] | NodeJS.TypedArray, shape: number[], format: ShapeFormat) => {
  const image = medicalImage(tensor(values, shape), format);
  return imageIn(applyTransform(NormalizeNonzeroIntensities, { fields: "image" }, caseOf({ image })).sample)
    .data;
};

describe("NormalizeNonzeroIntensities", () => {
  it("equals MONAI's NormalizeIntensity(nonzero, channel_wise) (golden values)", () => {
    scope(() => {
      const values = [0, 2, 4, 9, 0, -1, 0, 0, 300, 310, 0, 0, 305, 300, 0, 320];
      const golden = [
        0, -0.41208168864250183, 0.1373605579137802, 1.510966181755066, 0, -1.236245036125183, 0, 0,
        -0.9354143142700195, 0.40089184045791626, 0, 0, -0.26726123690605164, -0.9354143142700195, 0,
        1.737197995185852,
      ];
      normalised(values, [2, 2, 4], "CHW")
        .toArray()
        .forEach((value, n) => {
          expect(value).toBeCloseTo(golden[n]!, 5);
        });
    });
  });

  it("gives each channel of each patch mean 0 and deviation 1 over its nonzero voxels, in every layout", () => {
    scope(() => {
      const patches = tensor(
        Float32Array.from({ length: 2 * 3 * 40 }, (_, n) => (n % 5 === 0 ? 0 : (n * n) % 97)),
        [2, 3, 4, 10],
      );
      const first = normalised(patches.toTypedArray(), [2, 3, 4, 10], "NCHW");
      for (let row = 0; row < 6; row++) {
        const values = first
          .toArray()
          .slice(40 * row, 40 * (row + 1))
          .filter((value) => value !== 0);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        expect(mean).toBeCloseTo(0, 5);
        expect(variance).toBeCloseTo(1, 5);
      }
      const last = ops.contiguous(ops.permute(patches, [0, 2, 3, 1]));
      const channelsLast = normalised(last.toTypedArray(), [2, 4, 10, 3], "NHWC");
      expect(ops.permute(channelsLast, [0, 3, 1, 2]).toArray()).toEqual(first.toArray());
    });
  });

  it("leaves an image of zeros as it is, and only centres equal voxels", () => {
    scope(() => {
      expect(normalised([0, 0, 0, 0], [2, 2], "HW").toArray()).toEqual([0, 0, 0, 0]);
      expect(normalised([0.1, 0.1, 0, 0.1], [2, 2], "HW").toArray().map(Math.abs)).toEqual([0, 0, 0, 0]);
      expect(normalised(Int16Array.of(3, 0, 5, 0), [2, 2], "HW").toArray()).toEqual([-1, 0, 1, 0]);
    });
  });
});
