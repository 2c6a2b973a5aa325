import { readFileSync } from "node:fs";
import { ops, scope, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filled, indices, ramp } from "../conformance/images.ts";
import { describeWithOracle, runOracle } from "../testing/oracle.ts";
import { transformPoint } from "./affine.ts";
import { type MedicalImage, medicalImage } from "./medical_image.ts";
import { rotateImage2D } from "./rotate.ts";
import type { ShapeFormat } from "./shape_format.ts";
import { sizeOf } from "./spatial.ts";

interface Golden {
  readonly size: [number, number];
  readonly angle: number;
  readonly film: number[];
  readonly linear: number[];
  readonly nearest: number[];
}
const golden = JSON.parse(
  readFileSync(new URL("golden/rotate.json", import.meta.url), "utf8"),
) as readonly Golden[];

const film = (size: readonly number[], value: (row: number, column: number) => number): MedicalImage =>
  medicalImage(
    tensor(
      [...indices(size)].map(([row, column]) => value(row!, column!)),
      size,
    ),
    "HW",
  );
const difference = (values: readonly number[], others: readonly number[]): number =>
  values.reduce((largest, value, n) => Math.max(largest, Math.abs(value - others[n]!)), 0);
const angles = fc.double({ min: -400, max: 400, noNaN: true });

describe("rotateImage2D", () => {
  it.each(golden)("equals scipy: $angle degrees of $size", ({ size, angle, film, linear, nearest }) => {
    scope(() => {
      const image = medicalImage(tensor(film, size), "HW");
      expect(difference(rotateImage2D(image, angle, "linear").data.toArray(), linear)).toBeLessThan(0.01);
      expect(rotateImage2D(image, angle, "nearest").data.toArray()).toEqual(nearest);
    });
  });

  it("turns counter-clockwise, with rows down", () => {
    scope(() => {
      const up = film([5, 5], (row, column) => Number(row === 0 && column === 2));
      const left = film([5, 5], (row, column) => Number(row === 2 && column === 0));
      expect(rotateImage2D(up, 90, "nearest").data.toArray()).toEqual(left.data.toArray());
    });
  });

  it("gives each layout the same result", () => {
    scope(() => {
      const planes = [0, 1, 2, 3].map((n) => filled([5, 7], (at) => ((at + 40 * n) * 7919) % 101));
      const turned = planes.map((plane) => rotateImage2D(medicalImage(plane, "HW"), 33, "linear").data);
      const stack = (of: readonly (typeof planes)[number][], axis: number) =>
        ops.stack([...of], { dim: axis });
      const inLayout = (format: ShapeFormat, of: typeof planes) => {
        const channels = [of.slice(0, 2), of.slice(2)];
        if (format === "HWC") return stack(of, 2);
        if (format === "NHWC")
          return stack(
            channels.map((part) => stack(part, 2)),
            0,
          );
        if (format === "NCHW")
          return stack(
            channels.map((part) => stack(part, 0)),
            0,
          );
        return stack(of, 0);
      };
      for (const format of ["CHW", "HWC", "NHW", "NHWC", "NCHW"] as const) {
        const result = rotateImage2D(medicalImage(inLayout(format, planes), format), 33, "linear").data;
        expect(result.toArray()).toEqual(inLayout(format, turned).toArray());
        expect(result.isContiguous).toBe(true);
      }
    });
  });

  it("turned back, a smooth film is itself inside", () => {
    scope(() => {
      const smooth = film([40, 30], (row, column) => 1000 * (Math.sin(row / 9) + Math.cos(column / 7)));
      const values = smooth.data.toArray();
      fc.assert(
        fc.property(angles, (angle) => {
          scope(() => {
            const back = rotateImage2D(rotateImage2D(smooth, angle, "linear"), -angle, "linear");
            const result = back.data.toArray();
            let n = 0;
            for (const [row, column] of indices([40, 30])) {
              const [value, expected] = [result[n]!, values[n++]!];
              if (Math.hypot(row! - 19.5, column! - 14.5) < 12)
                expect(Math.abs(value - expected)).toBeLessThan(10);
            }
          });
        }),
        { numRuns: 20 },
      );
    });
  });

  it("keeps equal values equal inside the circle, and nothing exceeds them outside", () => {
    fc.assert(
      fc.property(
        angles,
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 2, max: 20 }),
        (angle, height, width) => {
          scope(() => {
            const flat = rotateImage2D(
              film([height, width], () => 60000),
              angle,
              "linear",
            ).data.toArray();
            const radius = Math.min(height, width) / 2 - 1;
            let n = 0;
            for (const [row, column] of indices([height, width])) {
              const value = flat[n++]!;
              const inside = Math.hypot(row! - (height - 1) / 2, column! - (width - 1) / 2) <= radius;
              if (inside) expect(Math.abs(value - 60000)).toBeLessThan(0.5);
              expect(value).toBeGreaterThanOrEqual(0);
              expect(value).toBeLessThan(60000.5);
            }
          });
        },
      ),
    );
  });

  it("keeps every voxel in its place in the world, in a batch too", () => {
    scope(() => {
      const image = ramp("HW", [1, 12, 9]);
      const places = (of: MedicalImage) =>
        [...indices(sizeOf(of))].map(([row, column]) =>
          transformPoint(of.properties.affine!, [row!, column!, 0]),
        );
      for (const axis of [0, 1, 2] as const) {
        // a world coordinate is linear in the index, so linear interpolation is exact inside
        const values = tensor(
          places(image).map((place) => place[axis]),
          [12, 9],
        );
        const turned = rotateImage2D({ ...image, data: values }, 25, "linear");
        const result = turned.data.toArray();
        places(turned).forEach((place, n) => {
          const [row, column] = [Math.floor(n / 9), n % 9];
          if (Math.hypot(row - 5.5, column - 4) < 4) expect(result[n]).toBeCloseTo(place[axis], 4);
        });
      }
      const batch = rotateImage2D(ramp("NHW", [1, 12, 9]), 25, "linear");
      expect(batch.properties.affines![0]).toEqual(rotateImage2D(image, 25, "linear").properties.affine);
      expect(batch.properties.affine).toBeUndefined();
    });
  });

  it("keeps the element type of labels, also of large whole numbers; images become floating point", () => {
    scope(() => {
      const large = medicalImage(
        ops.add(
          filled([5, 5], (n) => n, "int32"),
          2 ** 30,
        ),
        "HW",
      );
      const turned = rotateImage2D(large, 180, "nearest").data;
      expect(turned.dtype).toBe("int32");
      expect(turned.toArray()).toEqual(large.data.toArray().toReversed());
      const dtype = (of: "uint8" | "float16" | "float64") =>
        rotateImage2D(
          medicalImage(
            filled([5, 5], (n) => n, of),
            "HW",
          ),
          10,
          "linear",
        ).data.dtype;
      expect([dtype("uint8"), dtype("float16"), dtype("float64")]).toEqual(["float32", "float16", "float64"]);
    });
  });

  it("reads views", () => {
    scope(() => {
      const base = filled([6, 5, 1], (n) => n);
      const view = rotateImage2D(medicalImage(ops.expand(base, [6, 5, 3]), "HWC"), 20, "linear").data;
      const copy = rotateImage2D(medicalImage(ops.repeat(base, [1, 1, 3]), "HWC"), 20, "linear").data;
      expect(view.toArray()).toEqual(copy.toArray());
    });
  });
});

describeWithOracle(["scipy", "numpy"], "rotateImage2D against scipy", () => {
  it("is equal for 60 films and angles", () => {
    const script = `
import json, numpy as np
from scipy.ndimage import rotate
random = np.random.default_rng(3)
rows = []
for _ in range(60):
    size, angle = random.integers(1, 150, 2).tolist(), float(random.uniform(-400, 400))
    film = random.integers(0, 65536, size).astype(np.float64)
    to = lambda order: rotate(film, angle, reshape=False, order=order, mode="grid-constant", prefilter=False).ravel().tolist()
    rows.append(dict(size=size, angle=angle, film=film.ravel().tolist(), linear=to(1), nearest=to(0)))
print(json.dumps(rows))`;
    for (const { size, angle, film, linear, nearest } of runOracle<Golden[]>(script))
      scope(() => {
        const image = medicalImage(tensor(film, size), "HW");
        // positions are float32 in the sampler: an error of 1e-4 voxels between neighbours that differ by up to 65535
        expect(difference(rotateImage2D(image, angle, "linear").data.toArray(), linear)).toBeLessThan(7);
        const labels = rotateImage2D(image, angle, "nearest").data.toArray();
        const others = labels.filter((value, n) => value !== nearest[n]).length;
        // places midway between two voxels fall to either
        expect(others).toBeLessThanOrEqual(Math.ceil(labels.length * 1e-3));
      });
  });
});
