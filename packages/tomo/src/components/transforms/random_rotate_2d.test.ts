import { type DType, ops, scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, classes, ramp } from "../../conformance/images.ts";
import { rotateImage2D } from "../../data/rotate.ts";
import { rotateImage } from "../../data/spatial.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn, streamOf } from "../../testing/transform_harness.ts";
import { RandomRotate2D } from "./random_rotate_2d.ts";

const films = ["HW", "HWC", "CHW", "NHW", "NHWC", "NCHW"] as const;
describeTransform(RandomRotate2D, {
  args: { fields: ["image", "label"], angle: 7, is_random: true },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype"],
  formats: films,
});
describeTransform(RandomRotate2D, {
  args: { fields: ["image", "label"], angle: -30 },
  reads: ["image", "label"],
  keeps: ["format", "shape", "dtype"],
  formats: films,
});
describeTransform(RandomRotate2D, {
  args: { fields: ["image", "label"], angle: 270 },
  reads: ["image", "label"],
  keeps: ["format", "dtype", "world"],
  formats: films,
  size: [1, 3, 5],
});

const film = (dtype: DType = "float32", size: readonly number[] = [1, 9, 9]) => {
  const image = ramp("HW", size);
  return { ...image, data: ops.toDtype(image.data, dtype) };
};
const turned = (args: object, fields = caseOf({ image: film() }), seed = 1) =>
  applyTransform(RandomRotate2D, { fields: Object.keys(fields.fields), ...args }, fields, streamOf(seed))
    .sample;

describe("RandomRotate2D", () => {
  it("is random only with is_random", () => {
    const parse = (args: object) =>
      RandomRotate2D.isRandom(RandomRotate2D.args.parse({ fields: "image", angle: 7, ...args }));
    expect([parse({}), parse({ is_random: false }), parse({ is_random: true })]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("turns by multiples of 90 exactly, also films that are not square", () => {
    scope(() => {
      const image = film("float32", [1, 2, 3]);
      const at = (angle: number) => imageIn(turned({ angle }, caseOf({ image }))).data;
      expect(at(0).toArray()).toEqual([1, 2, 3, 4, 5, 6]);
      expect(at(90)).toMatchObject({ shape: [3, 2] });
      expect(at(90).toArray()).toEqual([3, 6, 2, 5, 1, 4]);
      expect(at(180).toArray()).toEqual([6, 5, 4, 3, 2, 1]);
      expect(at(270).toArray()).toEqual([4, 1, 5, 2, 6, 3]);
      for (const [same, as] of [[-90, 270], [450, 90], [-720, 0]] as const) // biome-ignore format: one row
        expect(at(same).toArray()).toEqual(at(as).toArray());
    });
  });

  it("turns by other angles about the middle, counter-clockwise, on the same canvas", () => {
    scope(() => {
      const image = film("float32", [1, 9, 6]);
      for (const angle of [1, -30, 89.9, 200]) {
        const result = imageIn(turned({ angle }, caseOf({ image })));
        expect(result.data.toArray()).toEqual(rotateImage2D(image, angle, "linear").data.toArray());
        expect(result.data.shape).toEqual([9, 6]);
      }
    });
  });

  it("comes close to the quarter turns from both sides", () => {
    scope(() => {
      const image = film();
      const quarter = rotateImage(image, [0, 1], 1).data;
      for (const angle of [89.999, 90.001]) {
        const result = imageIn(turned({ angle }, caseOf({ image }))).data;
        // the outermost pixels blend with the zeros around
        const inner = (data: typeof quarter) =>
          [0, 1].reduce((of, dim) => ops.slice(of, { dim, start: 1, end: 8 }), data).toArray();
        inner(result).forEach((value, n) => {
          expect(Math.abs(value - inner(quarter)[n]!)).toBeLessThan(0.01);
        });
      }
    });
  });

  it("draws angles uniformly between -angle and angle, whatever the sign", () => {
    scope(() => {
      // cosine and sine of the drawn angle stand in the affine
      const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
      const image = { ...film(), properties: { affine: identity } };
      const angleOf = (args: object, seed: number) => {
        const { affine } = imageIn(turned({ is_random: true, ...args }, caseOf({ image }), seed)).properties;
        return (Math.atan2(affine![1]!, affine![0]!) * 180) / Math.PI;
      };
      const angles = Array.from({ length: 400 }, (_, seed) => angleOf({ angle: 7 }, seed));
      expect(Math.max(...angles.map(Math.abs))).toBeLessThanOrEqual(7);
      expect(Math.abs(angles.reduce((sum, angle) => sum + angle, 0) / 400)).toBeLessThan(
        5 * (7 / Math.sqrt(3 * 400)),
      );
      for (const limit of [-3.5, 0, 3.5]) {
        const below = angles.filter((angle) => angle < limit).length / 400;
        const p = (limit + 7) / 14;
        expect(Math.abs(below - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 400));
      }
      expect(angleOf({ angle: -7 }, 5)).toBeCloseTo(angleOf({ angle: 7 }, 5), 9);
    });
  });

  it("turns all fields alike", () => {
    scope(() => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 999 }), (seed) => {
          scope(() => {
            const fields = caseOf({ image: film(), other: film() });
            const result = turned({ angle: 40, is_random: true }, fields, seed);
            expect(imageIn(result).data.toArray()).toEqual(imageIn(result, "other").data.toArray());
            expect(imageIn(result).data.toArray()).not.toEqual(imageIn(fields).data.toArray());
          });
        }),
        { numRuns: 20 },
      );
    });
  });

  it("leaves a film as it is at a random angle of 0, but gives it the element type of the others", () => {
    scope(() => {
      const args = { angle: 0, is_random: true, is_label: false };
      const result = imageIn(turned(args, caseOf({ image: film("uint8") }))).data;
      expect(result.toArray()).toEqual(film().data.toArray());
      expect(result.dtype).toBe("float32");
    });
  });

  it("takes the nearest voxel for labels: whole-number types, the field label with whole numbers, or as is_label says", () => {
    scope(() => {
      const label = classes("HW", [1, 9, 9]);
      const interpolated = (field: string, image: typeof label, args: object = {}) =>
        imageIn(turned({ angle: 20, ...args }, caseOf({ [field]: image })), field)
          .data.toArray()
          .some((value) => !Number.isInteger(value));
      expect(interpolated("label", label)).toBe(false);
      expect(interpolated("mask", { ...label, data: ops.toDtype(label.data, "uint8") })).toBe(false);
      expect(interpolated("mask", label)).toBe(true);
      expect(interpolated("mask", label, { is_label: true })).toBe(false);
      expect(interpolated("label", label, { is_label: false })).toBe(true);
      expect(interpolated("label", { ...label, data: ops.add(label.data, 0.25) })).toBe(true);
    });
  });

  it("gives the element type that dtype names", () => {
    scope(() => {
      const dtypeOf = (args: object, dtype: DType) =>
        imageIn(turned({ angle: 20, ...args }, caseOf({ image: film(dtype) }))).data.dtype;
      expect(dtypeOf({}, "uint8")).toBe("uint8");
      expect(dtypeOf({ is_label: false }, "uint8")).toBe("float32");
      expect(dtypeOf({ dtype: "float32" }, "uint8")).toBe("float32");
      expect(dtypeOf({ dtype: "int16" }, "float32")).toBe("int16");
      expect(dtypeOf({ dtype: "uint8", angle: 90 }, "float32")).toBe("uint8");
    });
  });

  it("refuses volumes and angles that are none", () => {
    scope(() => {
      const error = tomoErrorOf(() => turned({ angle: 7 }, caseOf({ image: ramp("DHW", [3, 3, 3]) })));
      expect(error).toMatchObject({ code: "TOMO_IMAGE_UNFIT", where: { case: "case_7", field: "image" } });
      expect(error.hint).toContain("RandomRotate3D");
    });
    for (const angle of ["7", null, Number.NaN, Number.POSITIVE_INFINITY, [7]])
      expect(RandomRotate2D.args.safeParse({ fields: "image", angle }).success).toBe(false);
  });
});
