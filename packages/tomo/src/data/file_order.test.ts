import { scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indices } from "../conformance/images.ts";
import { fromFileOrder, toFileOrder } from "./file_order.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
const count = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
/** Position of an index when the first axis runs fastest. */
const filePosition = (shape: readonly number[], index: readonly number[]) =>
  index.reduceRight((position, at, axis) => position * shape[axis]! + at, 0);

describe("fromFileOrder", () => {
  it("finds every voxel under its index", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        scope(() => {
          const data = fromFileOrder(
            Int16Array.from({ length: count(shape) }, (_, n) => n),
            shape,
            "float32",
          );
          expect(data).toMatchObject({ shape, dtype: "float32", isContiguous: true });
          const expected = [...indices(shape)].map((index) => filePosition(shape, index));
          expect(data.toArray()).toEqual(expected);
        });
      }),
    );
  });

  it("works across the blocks of the transposition, and is undone by toFileOrder", () => {
    const shape = [70, 3, 90];
    const values = Float32Array.from({ length: count(shape) }, (_, n) => n);
    scope(() => {
      const data = fromFileOrder(values, shape, "float32").toTypedArray();
      for (const [i, j, k] of [[0, 0, 0], [69, 2, 89], [61, 1, 2], [3, 2, 65]] as const) // biome-ignore format: one row
        expect(data[(i * 3 + j) * 90 + k]).toBe(i + 70 * (j + 3 * k));
      expect(toFileOrder(fromFileOrder(values, shape, "float32"))).toEqual(values);
    });
  });

  it("copies: the tensor does not change with the array", () => {
    scope(() => {
      for (const shape of [[4], [1, 4, 1], [2, 2]]) {
        const values = Float32Array.of(1, 2, 3, 4);
        const data = fromFileOrder(values, shape, "float32");
        values.fill(9);
        expect(data.toArray().toSorted()).toEqual([1, 2, 3, 4]);
      }
    });
  });
});

describe("toFileOrder", () => {
  it("is the inverse of fromFileOrder for every shape", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        scope(() => {
          const values = Uint8Array.from({ length: count(shape) }, (_, n) => n % 251);
          expect(toFileOrder(fromFileOrder(values, shape, "uint8"))).toEqual(values);
        });
      }),
    );
  });
});
