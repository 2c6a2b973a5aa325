import { ops, scope, type Tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filled, indices, ramp } from "../conformance/images.ts";
import { expectSamePlaces, snapshot } from "../testing/transform_harness.ts";
import { type MedicalImage, medicalImage } from "./medical_image.ts";
import { shapeFormats, spatialAxes, spatialRank } from "./shape_format.ts";
import { boxesOf, centredStart, cropImage, flipImage, rotateImage, sizeOf } from "./spatial.ts";

const anyImage = fc
  .record({
    format: fc.constantFrom(...shapeFormats),
    size: fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 4 }))),
  })
  .map(({ format, size }) => ({ rank: spatialRank(format), make: () => ramp(format, size) }));
const asData = (image: MedicalImage) => snapshot({ caseId: "", index: 0, fields: { image } });
const affineOf = ({ properties: { affine, affines } }: MedicalImage) => [...(affine ?? affines!.flat())];
const expectEqualImages = (left: MedicalImage, right: MedicalImage) => {
  expect(left.data.shape).toEqual(right.data.shape);
  expect(left.data.toArray()).toEqual(right.data.toArray());
  affineOf(left).forEach((value, n) => {
    expect(value).toBeCloseTo(affineOf(right)[n]!, 10);
  });
};

describe("flipImage", () => {
  it("leaves every voxel in its place in the world, and twice is nothing", () => {
    fc.assert(
      fc.property(anyImage, fc.subarray([0, 1, 2]), ({ rank, make }, chosen) => {
        scope(() => {
          const axes = chosen.filter((axis) => axis < rank);
          const image = make();
          const flipped = flipImage(image, axes);
          expectSamePlaces(image, flipped);
          expectEqualImages(flipImage(flipped, axes), image);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("reverses the axis it is asked to", () => {
    scope(() => {
      const image = medicalImage(
        filled([1, 2, 3], (n) => n),
        "CHW",
      );
      expect(flipImage(image, [1]).data.toArray()).toEqual([2, 1, 0, 5, 4, 3]);
      expect(flipImage(image, [0]).data.toArray()).toEqual([3, 4, 5, 0, 1, 2]);
    });
  });
});

describe("rotateImage", () => {
  it("leaves every voxel in its place in the world; k and 4 - k turns are nothing", () => {
    const planes = fc.constantFrom<[number, number]>([0, 1], [1, 0], [0, 2], [1, 2], [2, 0]);
    fc.assert(
      fc.property(anyImage, planes, fc.integer({ min: -4, max: 5 }), ({ rank, make }, plane, turns) => {
        fc.pre(Math.max(...plane) < rank);
        scope(() => {
          const image = make();
          const turned = rotateImage(image, plane, turns);
          expectSamePlaces(image, turned);
          expectEqualImages(rotateImage(turned, plane, 4 - turns), image);
        });
      }),
      { numRuns: 80 },
    );
  });

  it("turns as numpy.rot90 (golden values)", () => {
    scope(() => {
      const image = medicalImage(
        filled([2, 3], (n) => n),
        "HW",
      );
      const turned = [1, 2, 3].map((turns) => rotateImage(image, [0, 1], turns).data.toArray());
      expect(turned).toEqual([
        [2, 5, 1, 4, 0, 3],
        [5, 4, 3, 2, 1, 0],
        [3, 0, 4, 1, 5, 2],
      ]);
    });
  });
});

describe("cropImage", () => {
  const boxes = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 1, max: 7 })), {
    minLength: 3,
    maxLength: 3,
  });

  it("takes the voxels of the box, zeros outside, each in its place in the world", () => {
    fc.assert(
      fc.property(anyImage, boxes, ({ make, rank }, box) => {
        scope(() => {
          const image = make();
          const size = sizeOf(image);
          const axes = box.slice(0, rank);
          const [start, length] = [axes.map(([from]) => from), axes.map(([, count]) => count)];
          fc.pre(size.every((count, n) => start[n]! < count && start[n]! + length[n]! > 0));
          const before = asData(image);
          const cropped = cropImage(image, start, length);
          expect(sizeOf(cropped)).toEqual(length);
          expectSamePlaces(image, cropped);
          const inside = size.reduce(
            (count, n, axis) =>
              count * (Math.min(n, start[axis]! + length[axis]!) - Math.max(0, start[axis]!)),
            image.data.numel / size.reduce((a, b) => a * b, 1),
          );
          expect(cropped.data.toArray().filter((value) => value !== 0)).toHaveLength(inside);
          expect(asData(image)).toEqual(before);
        });
      }),
      { numRuns: 80 },
    );
  });

  it("refuses a box outside the image", () => {
    scope(() => {
      const image = ramp("DHW", [2, 2, 2]);
      for (const start of [
        [2, 0, 0],
        [0, -1, 0],
      ]) {
        // biome-ignore format: one row
        expect(() => cropImage(image, start, [1, 1, 1])).toThrow(/outside/);
        expect(() => boxesOf(image, [[0, 0, 0], start], [1, 1, 1])).toThrow(/outside/);
      }
    });
  });
});

/** A box cut from the image after zeros were put around it. */
function paddedBox(image: MedicalImage, start: readonly number[], size: readonly number[]): Tensor {
  const margin = 9;
  const axes = spatialAxes(image.format);
  const padding = image.data.shape.flatMap((_, axis) => (axes.includes(axis) ? [margin, margin] : [0, 0]));
  return axes.reduce(
    (data, axis, n) => ops.narrow(data, axis, start[n]! + margin, size[n]!),
    ops.constantPadNd(image.data, padding.reverse()),
  );
}

describe("boxesOf", () => {
  const starts = fc.array(fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: -2, max: 3 }))), {
    minLength: 1,
    maxLength: 3,
  });
  const length = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 5 })));

  it("has the voxels of each box, and zeros where it leaves the image", () => {
    fc.assert(
      fc.property(anyImage, starts, length, ({ make, rank }, anyStarts, anyLength) => {
        scope(() => {
          const image = make();
          const [boxes, size] = [anyStarts.map((start) => start.slice(0, rank)), anyLength.slice(0, rank)];
          const volume = sizeOf(image);
          fc.pre(
            boxes.every((start) => volume.every((count, n) => start[n]! < count && start[n]! + size[n]! > 0)),
          );
          const before = asData(image);
          const found = boxesOf(image, boxes, size);
          const expected = ops.stack(boxes.map((start) => paddedBox(image, start, size)));
          expect(found.shape).toEqual(expected.shape);
          expect(found.toArray()).toEqual(expected.toArray());
          expect(asData(image)).toEqual(before);
        });
      }),
      { numRuns: 80 },
    );
  });
});

describe("centredStart", () => {
  it("makes padding and cropping undo each other, for every pair of sizes", () => {
    for (const [length, size] of [...indices([9, 9])].map(([a, b]) => [a! + 1, b! + 1] as const)) {
      const start = centredStart(length, size);
      if (size >= length) expect(centredStart(size, length) + start).toBe(0);
      else expect(start).toBe(Math.floor((length - size) / 2));
    }
  });
});
