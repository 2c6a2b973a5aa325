import { scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, classes, ramp } from "../../conformance/images.ts";
import { sizeOf } from "../../data/spatial.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { CropRandomSizeWithDisplacement } from "./crop_random_size_with_displacement.ts";

describeTransform(CropRandomSizeWithDisplacement, {
  args: { fields: ["image", "label"], lower_size: [0.5, 2, 0.9], max_displacement: 1 },
  reads: ["image", "label"],
  keeps: ["format", "dtype", "world"],
  formats: ["DHW", "DHWC", "CDHW", "NDHW", "NDHWC", "NCDHW"],
  size: [4, 5, 6],
});
describeTransform(CropRandomSizeWithDisplacement, {
  args: { fields: ["image", "label"], lower_size: [0.9, 0.9] },
  reads: ["image", "label"],
  keeps: ["format", "dtype", "world"],
  formats: ["HW", "HWC", "CHW", "NHW", "NHWC", "NCHW"],
});

/** Where the box starts and how large it is, for a film of this size; the label must have the same box. */
function box(size: readonly [number, number], args: object, seed: number) {
  return scope(() => {
    const space = [1, ...size];
    const sample = caseOf({ image: ramp("HW", space), label: classes("HW", space, "uint8") });
    const all = { fields: ["image", "label"], ...args };
    const result = applyTransform(CropRandomSizeWithDisplacement, all, sample, streamOf(seed));
    const values = imageIn(result.sample).data.toArray();
    expect(imageIn(result.sample, "label").data.toArray()).toEqual(values.map((value) => (value - 1) % 3));
    const first = values[0]! - 1;
    return {
      start: [Math.floor(first / size[1]), first % size[1]] as [number, number],
      size: sizeOf(imageIn(result.sample)) as [number, number],
      warnings: result.warnings,
    };
  });
}

describe("CropRandomSizeWithDisplacement", () => {
  it("stays inside, is not smaller than lower_size, and no farther from the middle than allowed", () => {
    const length = fc.integer({ min: 1, max: 30 });
    const lower = fc.oneof(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.integer({ min: 2, max: 30 }));
    const reach = fc.option(fc.integer({ min: 0, max: 10 }));
    fc.assert(
      fc.property(
        fc.tuple(length, length), fc.tuple(lower, lower), reach, fc.integer({ min: 0, max: 9999 }),
        (film, lower_size, max_displacement, seed) => {
          const { start, size } = box(film, { lower_size, max_displacement }, seed);
          for (const axis of [0, 1] as const) {
            const least = lower_size[axis] > 1 ? Math.min(lower_size[axis], film[axis]) : lower_size[axis] * film[axis];
            expect(size[axis]).toBeGreaterThanOrEqual(least - 1e-9);
            expect(start[axis]).toBeGreaterThanOrEqual(0);
            expect(start[axis] + size[axis]).toBeLessThanOrEqual(film[axis]);
            if (max_displacement === null) continue;
            const displacement = start[axis] - Math.floor((film[axis] - size[axis]) / 2);
            expect(Math.abs(displacement)).toBeLessThanOrEqual(max_displacement);
          }
        },
      ),
    ); // biome-ignore format: one row of arbitraries
  });

  it("takes every size and, of each, every place equally often", () => {
    const runs = 1800;
    const counts = new Map<string, number>();
    for (let seed = 0; seed < runs; seed++) {
      const { start, size } = box([1, 4], { lower_size: [1, 0.5] }, seed);
      const key = `${size[1]} from ${start[1]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const probabilities = {
      "2 from 0": 1 / 9, "2 from 1": 1 / 9, "2 from 2": 1 / 9, "3 from 0": 1 / 6, "3 from 1": 1 / 6, "4 from 0": 1 / 3,
    }; // biome-ignore format: two rows
    expect([...counts.keys()].toSorted()).toEqual(Object.keys(probabilities));
    for (const [key, p] of Object.entries(probabilities))
      expect(Math.abs(counts.get(key)! / runs - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / runs));
  });

  it("displaces by every distance allowed that keeps the box inside", () => {
    const starts = new Map<number, Set<number>>();
    for (let seed = 0; seed < 200; seed++) {
      const { start, size } = box([1, 6], { lower_size: [1, 2], max_displacement: 1 }, seed);
      starts.set(size[1], (starts.get(size[1]) ?? new Set()).add(start[1]));
    }
    const found = [...starts].map(([size, of]) => `${size}: ${[...of].toSorted().join(" ")}`);
    expect(found.toSorted()).toEqual(["2: 1 2 3", "3: 0 1 2", "4: 0 1 2", "5: 0 1", "6: 0"]);
  });

  it("without displacement stays in the middle", () => {
    for (let seed = 0; seed < 30; seed++) {
      const { start, size } = box([20, 31], { lower_size: [0.2, 3], max_displacement: 0 }, seed);
      expect(start).toEqual([Math.floor((20 - size[0]) / 2), Math.floor((31 - size[1]) / 2)]);
    }
  });

  it("rounds fractions up, and not because of binary fractions", () => {
    const least = (lower: number, length: number) =>
      Math.min(
        ...Array.from(
          { length: 60 },
          (_, seed) => box([1, length], { lower_size: [1, lower] }, seed).size[1],
        ),
      );
    expect(least(0.9, 11)).toBe(10);
    expect(least(0.7, 10)).toBe(7);
    expect(least(0.001, 3)).toBe(1);
  });

  it("takes 1 as the whole axis and leaves an axis whole that is shorter than the voxels asked for, with a warning", () => {
    expect(box([5, 7], { lower_size: [1, 1] }, 1)).toEqual({ start: [0, 0], size: [5, 7], warnings: [] });
    const short = box([5, 7], { lower_size: [64, 1] }, 1);
    expect(short).toMatchObject({ start: [0, 0], size: [5, 7] });
    expect(short.warnings).toEqual([
      "CropRandomSizeWithDisplacement leaves axes whole that are shorter than lower_size [64, 1], as in case case_7: 5x7 voxels",
    ]);
  });

  it("refuses sizes that are none, and another number of axes", () => {
    const parse = (lower_size: unknown, max_displacement: unknown = 5) =>
      CropRandomSizeWithDisplacement.args.safeParse({ fields: "image", lower_size, max_displacement })
        .success;
    expect([parse([0, 1]), parse([-0.5, 1]), parse([Number.NaN, 1]), parse([0.5]), parse(0.5)]).not.toContain(
      true,
    );
    expect([parse([0.5, 1], -1), parse([0.5, 1], 1.5), parse([0.5, 1], "200")]).not.toContain(true);
    const faults = (lower_size: number[]) =>
      CropRandomSizeWithDisplacement.check!(
        CropRandomSizeWithDisplacement.args.parse({ fields: "image", lower_size }),
      );
    expect(faults([1.5, 1])).toMatchObject([{ argument: "lower_size" }]);
    expect(faults([64, 0.3])).toEqual([]);
    const error = tomoErrorOf(() => box([4, 4], { lower_size: [0.5, 0.5, 0.5] }, 1));
    expect(error).toMatchObject({ code: "TOMO_IMAGE_UNFIT", where: { case: "case_7", field: "image" } });
  });
});
