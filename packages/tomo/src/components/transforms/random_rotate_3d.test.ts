import { scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, classes, ramp } from "../../conformance/images.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { RandomRotate3D } from "./random_rotate_3d.ts";

describeTransform(RandomRotate3D, {
  args: { fields: ["image", "label"], probability: 1 },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype", "world"],
  size: [3, 3, 3],
});

/** How often each result occurs, with the warnings. */
function outcomes(size: readonly number[], runs: number, args: object = { probability: 1 }) {
  const counts = new Map<string, number>();
  const warnings = new Set<string>();
  scope(() => {
    const sample = caseOf({ image: ramp("CDHW", size, 1), label: classes("DHW", size) });
    for (let seed = 0; seed < runs; seed++) {
      const all = { fields: ["image", "label"], ...args };
      const result = applyTransform(RandomRotate3D, all, sample, streamOf(seed));
      const values = imageIn(result.sample).data.toArray();
      expect(imageIn(result.sample, "label").data.toArray()).toEqual(values.map((value) => (value - 1) % 3));
      counts.set(values.join(), (counts.get(values.join()) ?? 0) + 1);
      for (const warning of result.warnings) warnings.add(warning);
    }
  });
  return { counts, warnings: [...warnings] };
}

describe("RandomRotate3D", () => {
  it("gives each of the nine quarter turns of a cube equally often, never the cube itself", () => {
    const { counts } = outcomes([2, 2, 2], 900);
    expect(counts.size).toBe(9);
    expect(counts.has("1,2,3,4,5,6,7,8")).toBe(false);
    for (const count of counts.values())
      expect(Math.abs(count / 900 - 1 / 9)).toBeLessThan(5 * Math.sqrt(8 / 81 / 900));
  });

  it("turns only in planes of equal lengths, so the shape stays", () => {
    const { counts, warnings } = outcomes([2, 3, 2], 60);
    expect(counts.size).toBe(3);
    expect(warnings).toEqual([]);
  });

  it("leaves a volume of three different lengths as it is, and says so", () => {
    const { counts, warnings } = outcomes([2, 3, 4], 5);
    expect(counts.size).toBe(1);
    expect(warnings).toEqual(["RandomRotate3D does nothing: no two axes of 2x3x4 voxels have equal lengths"]);
  });

  it("happens with the given probability; with 0 it is silent", () => {
    expect(outcomes([2, 3, 4], 5, { probability: 0 })).toMatchObject({ warnings: [] });
    const { counts } = outcomes([2, 2, 3], 400, { probability: 0.25 });
    const turned = 400 - counts.get("1,2,3,4,5,6,7,8,9,10,11,12")!;
    expect(Math.abs(turned / 400 - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / 400));
  });
});
