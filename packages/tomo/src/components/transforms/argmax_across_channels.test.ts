import { ops, scope, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { ArgmaxAcrossChannels } from "./argmax_across_channels.ts";

describeTransform(ArgmaxAcrossChannels, {
  args: { fields: "image" },
  reads: ["image"],
  keeps: ["format", "size", "affine"],
  dtype: "uint8",
  formats: ["CHW", "HWC", "CDHW", "DHWC", "NCHW", "NHWC", "NCDHW", "NDHWC"],
});

describe("ArgmaxAcrossChannels", () => {
  it("gives the index of the largest channel, the first of equals", () => {
    scope(() => {
      const scores = tensor([0.1, 0.9, 0.3, 0.2, 0.05, 0.3, 0.7, 0.05, 0.3], [3, 1, 3]);
      const argmax = (data: typeof scores, format: "CHW" | "HWC") =>
        imageIn(
          applyTransform(
            ArgmaxAcrossChannels,
            { fields: "image" },
            caseOf({ image: medicalImage(data, format) }),
          ).sample,
        );
      expect(argmax(scores, "CHW").data).toMatchObject({ shape: [1, 1, 3] });
      expect(argmax(scores, "CHW").data.toArray()).toEqual([2, 0, 0]);
      const last = argmax(ops.contiguous(ops.permute(scores, [1, 2, 0])), "HWC");
      expect(last.data).toMatchObject({ shape: [1, 3, 1] });
      expect(last.data.toArray()).toEqual([2, 0, 0]);
    });
  });

  it("takes a wider type where 8 bits do not hold the classes", () => {
    scope(() => {
      const image = ramp("CHW", [1, 1, 1], 300);
      const result = imageIn(
        applyTransform(ArgmaxAcrossChannels, { fields: "image" }, caseOf({ image })).sample,
      );
      expect(result.data).toMatchObject({ dtype: "int32", shape: [1, 1, 1] });
      expect(result.data.item()).toBe(299);
    });
  });

  it("refuses a single channel and says what to use", () => {
    scope(() => {
      const image = ramp("CDHW", [2, 2, 2], 1);
      const error = tomoErrorOf(() =>
        applyTransform(ArgmaxAcrossChannels, { fields: "image" }, caseOf({ image })),
      );
      expect(error).toMatchObject({
        code: "TOMO_IMAGE_UNFIT",
        hint: expect.stringContaining("ThresholdValues"),
      });
    });
  });
});
