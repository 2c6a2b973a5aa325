import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { SplitAcrossChannels } from "./split_across_channels.ts";

describeTransform(SplitAcrossChannels, {
  args: { field: "image", channel_names: ["TC", "WT"] },
  reads: ["image"],
  keeps: ["format", "shape", "dtype", "affine"],
  formats: ["CHW", "HWC", "CDHW", "DHWC", "NCHW", "NHWC", "NCDHW", "NDHWC"],
});

describe("SplitAcrossChannels", () => {
  const args = { field: "image", channel_names: ["TC", "WT"] };

  it("makes a field of each channel, with its layout, one channel and the properties", () => {
    scope(() => {
      for (const [format, first, second] of [
        ["CHW", [1, 2], [3, 4]],
        ["HWC", [1, 3], [2, 4]],
      ] as const) {
        const image = ramp(format, [0, 1, 2]);
        const { sample } = applyTransform(SplitAcrossChannels, args, caseOf({ image }));
        expect(imageIn(sample, "TC").data.toArray()).toEqual(first);
        expect(imageIn(sample, "WT").data.toArray()).toEqual(second);
        expect(imageIn(sample, "WT")).toMatchObject({ format, properties: image.properties });
      }
    });
  });

  it("refuses another number of channels than names, and a name that stands there twice", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("CHW", [1, 2, 2], 3) });
      const error = tomoErrorOf(() => applyTransform(SplitAcrossChannels, args, sample));
      expect(error.message).toBe("the image has 3 channels for 2 names");
    });
    const twice = SplitAcrossChannels.args.parse({ field: "image", channel_names: ["a", "a"] });
    expect(SplitAcrossChannels.check!(twice)).toMatchObject([{ argument: "channel_names" }]);
  });
});
