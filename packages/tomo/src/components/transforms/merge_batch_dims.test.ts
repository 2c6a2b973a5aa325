import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, filled } from "../../conformance/images.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { MergeBatchDims } from "./merge_batch_dims.ts";

describeTransform(MergeBatchDims, {
  args: { fields: ["image", "label"] },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "affine"],
});

describe("MergeBatchDims", () => {
  it("merges cases and patches, the patches of a case next to each other", () => {
    scope(() => {
      // two cases of three patches, each patch of one channel and 1x2 voxels
      const image = { data: filled([2, 3, 1, 1, 2], (n) => n), format: "NCHW", properties: {} } as const;
      const merged = imageIn(applyTransform(MergeBatchDims, { fields: "image" }, caseOf({ image })).sample);
      expect(merged).toMatchObject({ format: "NCHW", data: { shape: [6, 1, 1, 2] } });
      expect(merged.data.toArray()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });
  });
});
