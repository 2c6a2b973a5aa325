import { readFileSync } from "node:fs";
import { ops, scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filled, indices, obliqueAffine, ramp, shapeFor } from "../conformance/images.ts";
import { describeWithOracle, runOracle } from "../testing/oracle.ts";
import { transformPoint } from "./affine.ts";
import { type MedicalImage, medicalImage } from "./medical_image.ts";
import { resizeImage } from "./resize.ts";
import { batchAxis, channelAxis, shapeFormats, spatialAxes, spatialRank } from "./shape_format.ts";
import { sizeOf } from "./spatial.ts";

interface Golden {
  readonly size: number[];
  readonly target: number[];
  readonly film: number[];
  readonly linear: number[];
  readonly nearest: number[];
}
const golden = JSON.parse(
  readFileSync(new URL("golden/resize.json", import.meta.url), "utf8"),
) as readonly Golden[];

/** The weight of each old voxel in a new one, by the definition. */
function triangle(old: number, length: number, at: number): number[] {
  const [place, half] = [((at + 0.5) * old) / length - 0.5, Math.max(1, old / length)];
  const weights = Array.from({ length: old }, (_, n) => Math.max(0, 1 - Math.abs(n - place) / half));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Resizes one axis of an array in C order, slowly. */
function slowly(values: readonly number[], shape: readonly number[], axis: number, length: number): number[] {
  const stride = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const strides = shape.map((_, n) => shape.slice(n + 1).reduce((product, size) => product * size, 1));
  return [...indices(shape.map((size, n) => (n === axis ? length : size)))].map((index) => {
    const start = index.reduce((sum, at, n) => sum + (n === axis ? 0 : at * strides[n]!), 0);
    return triangle(shape[axis]!, length, index[axis]!).reduce(
      (sum, weight, n) => sum + weight * values[start + n * stride]!,
      0,
    );
  });
}

const difference = (values: readonly number[], others: readonly number[]): number =>
  values.reduce((largest, value, n) => Math.max(largest, Math.abs(value - others[n]!)), 0);
const noise = (n: number) => ((n * 7919) % 101) / 100;

describe("resizeImage", () => {
  it.each(golden)("equals Pillow from $size to $target", ({ size, target, film, linear, nearest }) => {
    scope(() => {
      const image = medicalImage(tensor(film, size), "HW");
      expect(resizeImage(image, target, "nearest").data.toArray()).toEqual(nearest);
      const values = resizeImage(image, target, "linear").data.toArray();
      expect(difference(values, linear)).toBeLessThan(2e-3);
    });
  });

  it("is the triangle of the definition along each axis, in every layout and to every size", () => {
    const length = fc.integer({ min: 1, max: 7 });
    const three = fc.tuple(length, length, length);
    fc.assert(
      fc.property(fc.constantFrom(...shapeFormats), three, three, (format, from, to) => {
        scope(() => {
          const image = medicalImage(filled(shapeFor(format, from), noise), format);
          const size = to.slice(3 - spatialRank(format));
          let [expected, shape] = [image.data.toArray(), [...image.data.shape]];
          spatialAxes(format).forEach((axis, n) => {
            expected = slowly(expected, shape, axis, size[n]!);
            shape = shape.with(axis, size[n]!);
          });
          const resized = resizeImage(image, size, "linear");
          expect(sizeOf(resized)).toEqual(size);
          expect(difference(resized.data.toArray(), expected)).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 150 },
    );
  });

  it("keeps equal values equal, and every value between the old ones", () => {
    const length = fc.integer({ min: 1, max: 40 });
    const size = fc.tuple(length, length);
    fc.assert(
      fc.property(size, size, fc.integer({ min: 0, max: 65535 }), (from, to, value) => {
        scope(() => {
          const flat = medicalImage(ops.full(from, value), "HW");
          const result = resizeImage(flat, to, "linear").data.toArray();
          const equal = new Array<number>(result.length).fill(value);
          expect(difference(result, equal)).toBeLessThanOrEqual(value * 5e-7);
          const values = resizeImage(ramp("HW", [1, ...from]), to, "linear").data.toArray();
          expect(Math.min(...values)).toBeGreaterThanOrEqual(1 - 1e-5);
          expect(Math.max(...values)).toBeLessThanOrEqual(from[0] * from[1] * (1 + 1e-6));
        });
      }),
    );
  });

  it("keeps every voxel in its place: the world position stays the same function of the place", () => {
    // values are a world coordinate, which is linear in the index, so that linear interpolation is exact inside
    const worldX = (image: MedicalImage): MedicalImage => {
      const values = [...indices(sizeOf(image))].map(([i, j, k]) => placeX(image, [i!, j!, k!]));
      return { ...image, data: tensor(values, image.data.shape) };
    };
    const placeX = ({ properties }: MedicalImage, point: [number, number, number]) =>
      transformPoint(properties.affine!, point)[0];
    scope(() => {
      const image = worldX(ramp("DHW", [6, 9, 12]));
      const sizes = [[6, 9, 12], [12, 18, 24], [3, 3, 4], [8, 5, 13]]; // biome-ignore format: one row
      for (const size of sizes) {
        const resized = resizeImage(image, size, "linear");
        const values = resized.data.toArray();
        let n = 0;
        for (const at of indices(size)) {
          const value = values[n++]!;
          const inside = at.every((index, axis) => index > 0 && index < size[axis]! - 1);
          // a triangle whose width is no whole number of voxels shifts by some hundredths of a voxel
          if (inside)
            expect(Math.abs(value - placeX(resized, at as [number, number, number]))).toBeLessThan(0.03);
        }
        // the outer corners are where they were
        const corner = (of: MedicalImage, end: 0 | 1) =>
          transformPoint(
            of.properties.affine!,
            sizeOf(of).map((length) => end * length - 0.5) as [number, number, number],
          );
        for (const end of [0, 1] as const)
          corner(resized, end).forEach((mm, axis) => {
            expect(mm).toBeCloseTo(corner(image, end)[axis]!, 9);
          });
      }
      expect(image.properties.affine).toEqual(obliqueAffine);
    });
  });

  it("shrinks fine detail to its mean instead of to false patterns", () => {
    scope(() => {
      const stripes = medicalImage(
        filled([64, 64], (n) => (n % 2) * 1000),
        "HW",
      );
      for (const value of resizeImage(stripes, [16, 16], "linear").data.toArray())
        expect(Math.abs(value - 500)).toBeLessThan(70);
    });
  });

  it("gives floating point for images, and takes labels as they are", () => {
    scope(() => {
      const types = (dtype: "uint8" | "int32" | "float16" | "float32" | "float64") => {
        const image = medicalImage(
          filled([4, 4], (n) => n, dtype),
          "HW",
        );
        const same = resizeImage(image, [4, 4], "linear");
        expect(same.data.toArray()).toEqual(image.data.toArray());
        return [
          same.data.dtype,
          resizeImage(image, [3, 5], "linear").data.dtype,
          resizeImage(image, [3, 5], "nearest").data.dtype,
        ];
      };
      expect(types("uint8")).toEqual(["float32", "float32", "uint8"]);
      expect(types("int32")).toEqual(["float32", "float32", "int32"]);
      expect(types("float16")).toEqual(["float16", "float16", "float16"]);
      expect(types("float32")).toEqual(["float32", "float32", "float32"]);
      expect(types("float64")).toEqual(["float64", "float64", "float64"]);
    });
  });

  it("reads views: channels that share their memory, and films that are part of another", () => {
    scope(() => {
      const data = filled([6, 8, 1], noise);
      const views = [
        ops.expand(data, [6, 8, 3]),
        ops.slice(ops.repeat(data, [2, 1, 1]), { dim: 0, start: 3, end: 9 }),
      ];
      for (const view of views) {
        const [from, copy] = [view, ops.contiguous(view)].map((of) => medicalImage(of, "HWC")) as [
          MedicalImage,
          MedicalImage,
        ];
        for (const how of ["linear", "nearest"] as const)
          expect(resizeImage(from, [4, 5], how).data.toArray()).toEqual(
            resizeImage(copy, [4, 5], how).data.toArray(),
          );
      }
    });
  });

  it("treats every image of a batch and every channel alone", () => {
    scope(() => {
      for (const format of ["NHWC", "NCHW"] as const) {
        const image = medicalImage(filled(shapeFor(format, [1, 5, 6]), noise), format);
        const whole = resizeImage(image, [3, 8], "linear").data;
        for (const axis of [batchAxis(format), channelAxis(format)]) {
          const part = ops.slice(image.data, { dim: axis, start: 1, end: 2 });
          const alone = resizeImage(medicalImage(part, format), [3, 8], "linear").data;
          expect(alone.toArray()).toEqual(ops.slice(whole, { dim: axis, start: 1, end: 2 }).toArray());
        }
      }
    });
  });
});

describeWithOracle(["PIL", "numpy"], "resizeImage against Pillow", () => {
  it("is equal for 60 pairs of sizes between 1 and 180 voxels", () => {
    const script = `
import json, numpy as np
from PIL import Image
random = np.random.default_rng(3)
rows = []
for _ in range(60):
    size, target = random.integers(1, 181, 2).tolist(), random.integers(1, 181, 2).tolist()
    film = random.integers(0, 65536, size).astype(np.float32)
    to = lambda how: np.asarray(Image.fromarray(film).resize(target[::-1], how)).ravel().tolist()
    rows.append(dict(size=size, target=target, film=film.ravel().tolist(), linear=to(Image.Resampling.BILINEAR), nearest=to(Image.Resampling.NEAREST)))
print(json.dumps(rows))`;
    for (const { size, target, film, linear, nearest } of runOracle<Golden[]>(script))
      scope(() => {
        const image = medicalImage(tensor(film, size), "HW");
        const labels = resizeImage(image, target, "nearest").data.toArray();
        // midway between two voxels ours is the second, Pillow's either, by rounding
        const midway = (at: number, axis: 0 | 1) => ((2 * at + 1) * size[axis]!) % (2 * target[axis]!) === 0;
        const width = target[1]!;
        const wrong = labels.filter(
          (value, n) => value !== nearest[n] && !midway(Math.floor(n / width), 0) && !midway(n % width, 1),
        );
        expect(wrong).toEqual([]);
        // positions are float32 in libtorch's kernel, float64 in Pillow's
        expect(difference(resizeImage(image, target, "linear").data.toArray(), linear)).toBeLessThan(2);
      });
  });
});
