import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, classes, ramp } from "../../conformance/images.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { RandomAxisFlip } from "./random_axis_flip.ts";

describeTransform(RandomAxisFlip, {
  args: { fields: ["image", "label"], probability: 1 },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "world"],
  size: [2, 3, 4],
});

/** How often each result occurs, by the values of the image. */
function outcomes(probability: number, runs: number): Map<string, number> {
  const counts = new Map<string, number>();
  scope(() => {
    const sample = caseOf({ image: ramp("CDHW", [2, 2, 2], 1), label: classes("DHW", [2, 2, 2], "uint8") });
    for (let seed = 0; seed < runs; seed++) {
      const args = { fields: ["image", "label"], probability };
      const result = applyTransform(RandomAxisFlip, args, sample, streamOf(seed)).sample;
      const values = imageIn(result).data.toArray();
      // the label goes the same way
      expect(imageIn(result, "label").data.toArray()).toEqual(values.map((value) => (value - 1) % 3));
      counts.set(values.join(), (counts.get(values.join()) ?? 0) + 1);
    }
  });
  return counts;
}

describe("RandomAxisFlip", () => {
  it("flips along one axis, each axis equally often, or not at all", () => {
    const counts = outcomes(0.75, 800);
    expect(counts.size).toBe(4);
    const none = "1,2,3,4,5,6,7,8";
    // each of the four has probability 1/4; within five standard errors
    for (const flipped of [none, "5,6,7,8,1,2,3,4", "3,4,1,2,7,8,5,6", "2,1,4,3,6,5,8,7"])
      expect(Math.abs(counts.get(flipped)! / 800 - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / 800));
  });

  it("never flips with probability 0, yet counts as random", () => {
    expect([...outcomes(0, 30).keys()]).toEqual(["1,2,3,4,5,6,7,8"]);
    expect(RandomAxisFlip.isRandom(RandomAxisFlip.args.parse({ fields: "image", probability: 0 }))).toBe(
      true,
    );
    expect(RandomAxisFlip.args.parse({ fields: "image" }).probability).toBe(0.5);
  });

  it("refuses an image and a label of different sizes, and tells both", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("CDHW", [4, 4, 4]), label: classes("CDHW", [4, 4, 3]) });
      const error = tomoErrorOf(() => applyTransform(RandomAxisFlip, { fields: ["image", "label"] }, sample));
      expect(error).toMatchObject({
        code: "TOMO_SHAPE_MISMATCH",
        given: "image 4x4x4, label 4x4x3 voxels",
        where: { case: "case_7", field: "label" },
      });
    });
  });
});
