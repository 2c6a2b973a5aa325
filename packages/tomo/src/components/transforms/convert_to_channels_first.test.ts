import { ops, scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { shapeFormats } from "../../data/shape_format.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { ConvertToChannelsFirst } from "./convert_to_channels_first.ts";
import { ConvertToChannelsLast } from "./convert_to_channels_last.ts";

describeTransform(ConvertToChannelsFirst, {
  args: { fields: ["image", "label"] },
  reads: ["image", "label"],
  keeps: ["size", "dtype", "affine", "world"],
});
describeTransform(ConvertToChannelsLast, {
  args: { fields: ["image", "label"] },
  reads: ["image", "label"],
  keeps: ["size", "dtype", "affine", "world"],
});

describe("ConvertToChannelsFirst and ConvertToChannelsLast", () => {
  const convert = (format: (typeof shapeFormats)[number]) => {
    const image = ramp(format, [2, 3, 4]);
    const first = imageIn(
      applyTransform(ConvertToChannelsFirst, { fields: "image" }, caseOf({ image })).sample,
    );
    const last = imageIn(
      applyTransform(ConvertToChannelsLast, { fields: "image" }, caseOf({ image })).sample,
    );
    return { image, first, last };
  };

  it("turn every layout into its channels-first and channels-last form", () => {
    scope(() => {
      const table = shapeFormats.map((format) => {
        const { first, last } = convert(format);
        return [format, first.format, first.data.shape.join("x"), last.format, last.data.shape.join("x")];
      });
      expect(table).toEqual([
        ["HW", "CHW", "1x3x4", "HWC", "3x4x1"],
        ["HWC", "CHW", "2x3x4", "HWC", "3x4x2"],
        ["CHW", "CHW", "2x3x4", "HWC", "3x4x2"],
        ["NHW", "NCHW", "2x1x3x4", "NHWC", "2x3x4x1"],
        ["NHWC", "NCHW", "2x2x3x4", "NHWC", "2x3x4x2"],
        ["NCHW", "NCHW", "2x2x3x4", "NHWC", "2x3x4x2"],
        ["DHW", "CDHW", "1x2x3x4", "DHWC", "2x3x4x1"],
        ["DHWC", "CDHW", "2x2x3x4", "DHWC", "2x3x4x2"],
        ["CDHW", "CDHW", "2x2x3x4", "DHWC", "2x3x4x2"],
        ["NDHW", "NCDHW", "2x1x2x3x4", "NDHWC", "2x2x3x4x1"],
        ["NDHWC", "NCDHW", "2x2x2x3x4", "NDHWC", "2x2x3x4x2"],
        ["NCDHW", "NCDHW", "2x2x2x3x4", "NDHWC", "2x2x3x4x2"],
      ]);
    });
  });

  it("are inverse to each other, voxel by voxel", () => {
    scope(() => {
      for (const format of ["CDHW", "DHWC", "NCHW", "NDHWC"] as const) {
        const { image, first, last } = convert(format);
        const back = format.includes("C", 2)
          ? applyTransform(ConvertToChannelsLast, { fields: "image" }, caseOf({ image: first }))
          : applyTransform(ConvertToChannelsFirst, { fields: "image" }, caseOf({ image: last }));
        expect(imageIn(back.sample).data.toArray()).toEqual(image.data.toArray());
      }
    });
  });

  it("leave an image as it is that has the layout already, and give contiguous arrays", () => {
    scope(() => {
      const { image, first, last } = convert("CDHW");
      expect(first).toBe(image);
      expect(last.data.isContiguous).toBe(true);
    });
  });

  it("add a channel axis without a copy", () => {
    scope(() => {
      const { image, first, last } = convert("HW");
      ops.fill_(image.data, 7);
      for (const { data } of [first, last]) expect(new Set(data.toArray())).toEqual(new Set([7]));
    });
  });
});
