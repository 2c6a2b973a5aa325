import { ops, scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, classes, filled, geometryFor, obliqueAffine, ramp } from "../../conformance/images.ts";
import { medicalImage } from "../../data/medical_image.ts";
import type { Sample } from "../../data/sample.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import {
  applyTransform,
  describeTransform,
  expectSamePlaces,
  imageIn,
  snapshot,
  streamOf,
} from "../../testing/transform_harness.ts";
import type { Component } from "../define.ts";
import { CropByPosNegRatio } from "./crop_by_pos_neg_ratio.ts";
import { FastCropByPosNegRatio } from "./fast_crop_by_pos_neg_ratio.ts";
import { startOf } from "./pos_neg_crop.ts";

const both: readonly Component<"transforms">[] = [FastCropByPosNegRatio, CropByPosNegRatio];
const args = { fields: "image", label_field: "label", size: [2, 2, 2], pos: 1, neg: 1, batch_size: 3 };

for (const component of both) {
  describeTransform(component, {
    args,
    reads: ["image", "label"],
    keeps: ["dtype"],
    formats: ["DHW", "DHWC", "CDHW"],
  });
  describeTransform(component, {
    args: { ...args, size: [2, 3] },
    reads: ["image", "label"],
    keeps: ["dtype"],
    formats: ["HW", "HWC", "CHW"],
  });
}

/** A volume whose foreground is a list of voxels, by position in C order; the image tells the positions. */
function volume(size: readonly number[], foreground: readonly number[]): Sample {
  const marked = new Set(foreground);
  const label = filled([1, ...size], (n) => (marked.has(n) ? 2 : 0));
  return caseOf({
    image: ramp("CDHW", size, 1),
    label: medicalImage(label, "CDHW", geometryFor("CDHW", size)),
  });
}

describe.each(both.map((component) => [component.name, component] as const))("%s", (_, component) => {
  const crop = (sample: Sample, over: object = {}, seed = 1) =>
    applyTransform(component, { ...args, ...over }, sample, streamOf(seed));

  it("makes a batch of patches of image and label, each in its place in the world", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("CDHW", [5, 6, 7]), label: classes("DHW", [5, 6, 7], "uint8") });
      const { sample: result, warnings } = crop(sample);
      const [image, label] = [imageIn(result), imageIn(result, "label")];
      expect([image.format, image.data.shape]).toEqual(["NCDHW", [3, 2, 2, 2, 2]]);
      expect([label.format, label.data.shape, label.data.dtype]).toEqual(["NDHW", [3, 2, 2, 2], "uint8"]);
      expect(image.properties.affine).toBeUndefined();
      expect(image.properties.affines).toHaveLength(3);
      expect(label.properties.affines).toEqual(image.properties.affines);
      for (let n = 0; n < 3; n++) {
        const patch = medicalImage(ops.select(image.data, 0, n), "CDHW", {
          affine: image.properties.affines![n]!,
        });
        expectSamePlaces(imageIn(sample), patch);
        const values = ops.select(ops.select(image.data, 0, n), 0, 0).toArray();
        expect(ops.select(label.data, 0, n).toArray()).toEqual(values.map((value) => (value - 1) % 3));
      }
      expect(warnings).toEqual([]);
    });
  });

  it("crops the label once, whether or not fields names it", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("CDHW", [4, 4, 4]), label: classes("CDHW", [4, 4, 4]) });
      const once = crop(sample).sample;
      const named = crop(sample, { fields: ["label", "image"] }).sample;
      expect(snapshot(named)).toEqual(snapshot(once));
    });
  });

  /** Position of the voxel in the middle of each patch of size 1. */
  const centres = (sample: Sample, over: object, count: number) =>
    scope(() => imageIn(crop(sample, { size: [1, 1, 1], batch_size: count, ...over }).sample).data.toArray());

  it("draws every foreground voxel, and every background voxel, equally often", () => {
    const [size, foreground] = [
      [3, 4, 4],
      [0, 5, 17, 40, 46, 47],
    ] as const;
    const draws = 6000;
    const counts = new Map<number, number>();
    scope(() => {
      for (const value of centres(volume(size, foreground), { pos: 1, neg: 2 }, draws))
        counts.set(value - 1, (counts.get(value - 1) ?? 0) + 1);
    });
    for (let voxel = 0; voxel < 48; voxel++) {
      const p = foreground.includes(voxel as never) ? 1 / 3 / 6 : 2 / 3 / 42;
      // within five standard errors of a binomial count
      expect(Math.abs((counts.get(voxel) ?? 0) - draws * p)).toBeLessThan(5 * Math.sqrt(draws * p * (1 - p)));
    }
  });

  it("takes only foreground with neg 0, only background with pos 0", () => {
    scope(() => {
      const sample = volume([2, 3, 3], [4, 9]);
      expect(new Set(centres(sample, { neg: 0 }, 60))).toEqual(new Set([5, 10]));
      const background = new Set(centres(sample, { pos: 0 }, 400));
      expect([background.has(5), background.has(10), background.size]).toEqual([false, false, 16]);
    });
  });

  it("falls back with a warning that names the case where one kind is missing", () => {
    scope(() => {
      const nothing = crop(volume([3, 3, 3], []), { neg: 0 });
      expect(nothing.warnings[0]).toBe(
        "case case_7: field label has no foreground, so its patches are all around background",
      );
      expect(
        imageIn(nothing.sample, "label")
          .data.toArray()
          .every((value) => value === 0),
      ).toBe(true);
      const all = crop(volume([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]), { pos: 0 });
      expect(all.warnings[0]).toMatch(/has no background, so its patches are all around foreground/);
    });
  });

  it("finds a single foreground voxel in a large volume", () => {
    scope(() => {
      expect(new Set(centres(volume([40, 40, 40], [54_321]), { neg: 0 }, 20))).toEqual(new Set([54_322]));
    });
  });

  it("fills a volume that is too small with zeros on both sides, the odd one behind", () => {
    scope(() => {
      const result = crop(volume([2, 3, 3], [4]), { size: [2, 6, 2], batch_size: 4 }).sample;
      const image = imageIn(result);
      expect(image.data.shape).toEqual([4, 1, 2, 6, 2]);
      const rows = (n: number) => ops.select(ops.select(ops.select(image.data, 0, n), 0, 0), 0, 0).toArray();
      for (let n = 0; n < 4; n++) {
        const values = rows(n);
        // before floor(3 / 2) = 1 row of zeros, behind 2
        expect(values.slice(0, 2)).toEqual([0, 0]);
        expect(values.slice(2, 8).every((value) => value > 0)).toBe(true);
        expect(values.slice(8)).toEqual([0, 0, 0, 0]);
      }
    });
  });

  it("is not changed by batches_to_gen_at_once", () => {
    scope(() => {
      const sample = volume([4, 4, 4], [1, 30]);
      expect(snapshot(crop(sample, { batches_to_gen_at_once: 48 }).sample)).toEqual(
        snapshot(crop(sample).sample),
      );
    });
  });

  it("counts any channel but the first of a one-hot label as foreground, in 16-bit floats and whole numbers too", () => {
    scope(() => {
      const size = [2, 2, 2] as const;
      // channel 0 is background everywhere but in voxel 6
      const oneHot = filled([2, ...size], (n) => (n < 8 ? Number(n !== 6) : Number(n === 14)));
      for (const dtype of ["float32", "float16", "int64", "bool"] as const)
        for (const format of ["CDHW", "DHWC"] as const) {
          const typed = ops.toDtype(oneHot, dtype);
          const data = format === "CDHW" ? typed : ops.permute(typed, [1, 2, 3, 0]);
          const sample = caseOf({ image: ramp("DHW", size), label: medicalImage(data, format) });
          expect(new Set(centres(sample, { neg: 0 }, 10))).toEqual(new Set([7]));
        }
      const minus = medicalImage(
        filled([2, 2, 2], (n) => (n === 3 ? 1 : -1), "float16"),
        "DHW",
      );
      expect(new Set(centres(caseOf({ image: ramp("DHW", size), label: minus }), { neg: 0 }, 10))).toEqual(
        new Set([4]),
      );
    });
  });

  it("refuses an image and a label of different sizes, and a size with other axes", () => {
    scope(() => {
      const sample = caseOf({ image: ramp("CDHW", [4, 4, 5]), label: classes("CDHW", [4, 4, 4]) });
      const error = tomoErrorOf(() => crop(sample));
      expect(error).toMatchObject({ code: "TOMO_SHAPE_MISMATCH", where: { case: "case_7" } });
      expect(error.given).toMatch(/image 4x4x5/);
      const flat = tomoErrorOf(() => crop(volume([4, 4, 4], []), { size: [2, 2] }));
      expect(flat).toMatchObject({
        code: "TOMO_IMAGE_UNFIT",
        message: "size has 2 entries, the image 3 spatial axes",
      });
    });
  });

  it("warns when image and label lie apart by their affines, but not for the rounding of headers", () => {
    scope(() => {
      const shifted = (mm: number) => {
        const affine = obliqueAffine.map((value, n) => (n === 7 ? value + mm : value));
        const label = { ...classes("CDHW", [4, 4, 4]), properties: { affine } };
        return crop(caseOf({ image: ramp("CDHW", [4, 4, 4]), label })).warnings;
      };
      expect(shifted(3)).toEqual([expect.stringMatching(/^case case_7: .* lie up to 3\.0 mm apart/)]);
      expect(shifted(1e-5)).toEqual([]);
    });
  });

  it("refuses pos and neg of zero", () => {
    expect(component.check!(component.args.parse({ ...args, pos: 0, neg: 0 }))).toMatchObject([
      { argument: "pos" },
    ]);
    expect(component.args.safeParse({ ...args, pos: -1 }).success).toBe(false);
  });
});

describe("the box around a centre", () => {
  it("lies inside the volume and holds the centre, wherever that is possible", () => {
    const axis = fc.record({
      volume: fc.integer({ min: 1, max: 40 }),
      size: fc.integer({ min: 1, max: 40 }),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(axis, ({ volume: length, size, at }) => {
        const centre = Math.floor(at * length);
        const [start] = startOf([centre], [length], [size]) as [number];
        expect(start).toBeLessThanOrEqual(centre);
        expect(start + size).toBeGreaterThan(centre);
        if (size <= length) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + size).toBeLessThanOrEqual(length);
          // in the middle unless an edge is near
          const free = centre - Math.floor(size / 2);
          if (free >= 0 && free + size <= length) expect(start).toBe(free);
        } else expect(start).toBe(0 - Math.floor((size - length) / 2));
      }),
    );
  });

  it("equals MONAI's correct_crop_centers (golden values: centre, volume, size, start)", () => {
    const golden = [
      [0, 10, 4, 0], [1, 10, 4, 0], [2, 10, 4, 0], [3, 10, 4, 1], [8, 10, 4, 6], [9, 10, 4, 6],
      [0, 10, 5, 0], [3, 10, 5, 1], [9, 10, 5, 5], [5, 6, 6, 0],
    ] as const; // biome-ignore format: a table
    for (const [centre, length, size, start] of golden)
      expect(startOf([centre], [length], [size])).toEqual([start]);
  });
});
