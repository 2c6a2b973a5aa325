import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { RandomSpatialFlip } from "./random_spatial_flip.ts";

describeTransform(RandomSpatialFlip, {
  args: { fields: ["image", "label"] },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "world"],
  size: [2, 3, 4],
});

describe("RandomSpatialFlip", () => {
  it("gives each of the eight flips of a volume equally often", () => {
    const counts = new Map<string, number>();
    scope(() => {
      const sample = caseOf({ image: ramp("DHW", [2, 2, 2]) });
      for (let seed = 0; seed < 800; seed++) {
        const result = applyTransform(RandomSpatialFlip, { fields: "image" }, sample, streamOf(seed)).sample;
        const key = imageIn(result).data.toArray().join();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    });
    expect(counts.size).toBe(8);
    // probability 1/8 each; within five standard errors
    for (const count of counts.values())
      expect(Math.abs(count / 800 - 0.125)).toBeLessThan(5 * Math.sqrt((0.125 * 0.875) / 800));
  });
});
