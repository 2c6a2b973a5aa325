import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { RepeatChannel } from "./repeat_channel.ts";

describeTransform(RepeatChannel, {
  args: { fields: ["image", "label"], repeat_times: 3 },
  reads: ["image", "label"],
  keeps: ["format", "size", "dtype", "affine"],
  formats: ["CHW", "HWC", "CDHW", "DHWC", "NCHW", "NHWC", "NCDHW", "NDHWC"],
});

describe("RepeatChannel", () => {
  it("repeats all channels in order, wherever they stand", () => {
    scope(() => {
      const repeated = (format: "CHW" | "HWC", channels: number) =>
        imageIn(
          applyTransform(
            RepeatChannel,
            { fields: "image", repeat_times: 2 },
            caseOf({ image: ramp(format, [0, 1, 2], channels) }),
          ).sample,
        ).data;
      expect(repeated("CHW", 2)).toMatchObject({ shape: [4, 1, 2] });
      expect(repeated("CHW", 2).toArray()).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
      expect(repeated("HWC", 1).toArray()).toEqual([1, 1, 2, 2]);
      expect(repeated("HWC", 2).toArray()).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    });
  });

  it("repeats a grey film without a copy", () => {
    scope(() => {
      const image = ramp("HWC", [0, 2, 2], 1);
      const result = applyTransform(RepeatChannel, { fields: "image", repeat_times: 3 }, caseOf({ image }));
      const { data } = imageIn(result.sample);
      expect(data).toMatchObject({ shape: [2, 2, 3], strides: [2, 1, 0] });
      expect(data.toArray()).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    });
  });
});
