import { type DType, dispose, liveTensors, ops, scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import type { Sample } from "../../data/sample.ts";
import { codingsLeft, compactSample, expandSample } from "./compact_sample.ts";

let live = 0;
beforeEach(() => {
  live = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(live));

/** Layouts of 2 to 5 axes. */
const formats = ["HW", "CHW", "CDHW", "NCDHW"] as const;

const sampleOf = (...images: readonly Tensor[]): Sample => ({
  caseId: "a",
  index: 0,
  fields: Object.fromEntries(
    images.map((data, n) => [`f${n}`, medicalImage(data, formats[data.rank - 2]!, { fileName: `${n}` })]),
  ),
});
const dataOf = ({ fields }: Sample, field = "f0") => (fields[field] as MedicalImage).data;

/** A float image of 64 x 64 voxels with the given values, each many times. */
const image = (values: readonly number[]): Tensor =>
  tensor(
    Array.from({ length: 4096 }, (_, n) => values[n % values.length]!),
    [64, 64],
  );

const storedAs = (data: Tensor): [DType, boolean] | null =>
  scope(() => {
    const { sample, codings } = compactSample(sampleOf(data));
    return codings.f0 === undefined ? null : [dataOf(sample).dtype, codings.f0.levels !== null];
  });

describe("images are stored", () => {
  it.each<[string, readonly number[], [DType, boolean]]>([
    ["a mask", [0, 1], ["uint8", false]],
    ["classes", [0, 255, 7], ["uint8", false]],
    ["small whole numbers of both signs", [-128, 127], ["int8", false]],
    ["fractions", [0, 0.5, 1 / 3], ["uint8", true]],
    ["whole numbers with a -0", [-0, 1], ["uint8", true]],
    ["what is not a number", [Number.NaN, 1], ["uint8", true]],
    ["few large numbers", [-1024, 3071], ["uint8", true]],
    ["many whole numbers", Array.from({ length: 400 }, (_, n) => n - 200), ["int16", false]],
    ["many numbers beyond int16", Array.from({ length: 400 }, (_, n) => n * 1000), ["int16", true]],
  ])("%s", (_, values, expected) => scope(() => expect(storedAs(image(values))).toEqual(expected)));

  it("as they are where that needs no more", () =>
    scope(() => {
      expect(storedAs(ops.reshape(ops.div(ops.arange(4096, { dtype: "float32" }), 3), [64, 64]))).toBeNull();
      expect(storedAs(ops.ones([64, 64], { dtype: "uint8" }))).toBeNull();
      expect(storedAs(ops.ones([64, 64], { dtype: "float64" }))).toBeNull();
      expect(storedAs(ops.empty([0, 3]))).toBeNull();
      expect(storedAs(ops.transpose(image([0, 1]), 0, 1))).toBeNull();
    }));

  it.each<[DType, number, DType | null]>([
    ["int64", 3, "uint8"],
    ["int64", -3000, "int16"],
    ["int64", 2 ** 31 - 1, "int32"],
    ["int64", 2 ** 31, null],
    ["int32", 300, "int16"],
    ["int16", -5, "int8"],
    ["int16", 300, null],
  ])("whole numbers of %s, %d among them, as %s", (dtype, value, expected) =>
    scope(() => {
      const data = ops.zeros([64, 64], { dtype });
      ops.fill_(ops.slice(data, { start: 5, end: 6 }), value);
      expect(storedAs(data)?.[0] ?? null).toBe(expected);
    }),
  );
});

describe("expanding", () => {
  it("gives shape, strides and every bit back, and leaves the rest of the sample alone", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
    const value = fc.oneof(
      fc.integer({ min: -40_000, max: 40_000 }),
      fc.float(),
      fc.constantFrom(-0, Number.NaN),
    );
    fc.assert(
      fc.property(
        shapes,
        fc.array(value, { minLength: 1, maxLength: 20 }),
        fc.nat(3),
        (shape, values, repeats) =>
          scope(() => {
            const count = shape.reduce((product, length) => product * length, 1);
            const once = tensor(
              Array.from({ length: count }, (_, n) => values[n % values.length]!),
              [...shape, 1],
            );
            const data = ops.expand(once, [...shape, repeats + 1]);
            const given = sampleOf(data, data);
            const { sample, codings } = compactSample(given);
            const back = expandSample(sample, codings);
            for (const field of ["f0", "f1"]) {
              const { shape, strides, dtype } = dataOf(back, field);
              expect([shape, strides, dtype]).toEqual([data.shape, data.strides, data.dtype]);
              expect(new Uint8Array(dataOf(back, field).toTypedArray().buffer)).toEqual(
                new Uint8Array(data.toTypedArray().buffer),
              );
              expect(back.fields[field]).toMatchObject({ properties: { fileName: field.slice(1) } });
            }
          }),
      ),
    );
  });

  it("is done once for fields that share an image", () =>
    scope(() => {
      const data = image([0, 1]);
      const { sample } = compactSample(sampleOf(data, data));
      expect(dataOf(sample, "f1").handle).toBe(dataOf(sample).handle);
    }));

  it("leaves fields without images alone", () => {
    const sample = { caseId: "a", index: 0, fields: { image: "path", label: [1, 0] } };
    expect(compactSample(sample)).toEqual({ sample, codings: {} });
    dispose(sample);
  });
});

it("a transform that picks voxels is handed numbers, but values where it compares them", () =>
  scope(() => {
    const { codings } = compactSample(sampleOf(image([0.5, 1]), image([0, 1]), image([0, 1])));
    const left = (fields: string[], compared: string[]) =>
      Object.keys(codingsLeft(codings, { fields, compared }));
    expect(left(["f0", "f1"], [])).toEqual(["f0", "f1"]);
    expect(left(["f0", "f1"], ["f0", "f1"])).toEqual(["f1"]);
    expect(Object.keys(codingsLeft(codings, undefined))).toEqual([]);
  }));
