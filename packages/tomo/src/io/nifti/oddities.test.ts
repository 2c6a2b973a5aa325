import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { closestCanonical, orientationOf } from "../../data/orientation.ts";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { type NiftiImage, readNifti, readNiftiHeader } from "./read.ts";

/** A row of nifti_oddities/expected.json, written by nibabel. */
interface Expected {
  readonly kind?: string;
  readonly endian?: "big" | "little";
  readonly shape?: readonly number[];
  readonly disk_dtype?: string;
  readonly zooms?: readonly number[];
  readonly sform_code?: number;
  readonly qform_code?: number;
  readonly intent_code?: number;
  readonly slope?: number;
  readonly inter?: number;
  readonly affine?: readonly (readonly number[])[];
  readonly axes?: string;
  readonly min?: number;
  readonly max?: number;
  readonly sum?: number;
  readonly nan_count?: number;
  readonly inf_count?: number;
  readonly samples?: readonly (readonly [readonly number[], number | null])[];
  readonly channels?: Readonly<Record<string, { min: number; max: number; sum: number }>>;
  readonly real?: unknown;
  readonly error_expected?: string | boolean;
}

/** Cases that nibabel refuses and Tomo reads: they equal another case. */
const sameAs: Readonly<Record<string, string>> = {
  "derived/gz_named_nii.nii": "derived/uint16.nii.gz",
  "nifti-rs/minimal2.hdr": "nifti-rs/minimal.hdr",
};
const refusals: Readonly<Record<string, string>> = {
  "nifti-reader-js/not-nifti.nii": "TOMO_NOT_NIFTI",
  "nifti-rs/crash-1.nii": "TOMO_NOT_NIFTI",
  "nifti-rs/crash-ed7d46344d7efb3b9f0c374d66d2e02f66cc447d.nii": "TOMO_NOT_NIFTI",
  "nifti-jl/empty.nii.gz": "TOMO_NOT_NIFTI",
  "derived/truncated.nii.gz": "TOMO_FILE_TRUNCATED",
  "derived/truncated_raw.nii": "TOMO_FILE_TRUNCATED",
};
const folder = "nifti_oddities";
const pathOf = (name: string) => sharedData(folder, name);

/** Scaled value in float64, as nibabel's get_fdata. */
const valueAt = (image: NiftiImage, position: number) =>
  Number(image.data[position]!) * image.slope + image.inter;
const positionOf = (shape: readonly number[], index: readonly number[]) =>
  index.reduceRight((position, value, axis) => position * shape[axis]! + value, 0);

function statistics(image: NiftiImage, from = 0, to = image.data.length) {
  const result = { min: Infinity, max: -Infinity, sum: 0, nan: 0, inf: 0 };
  for (let position = from; position < to; position++) {
    const value = valueAt(image, position);
    if (Number.isFinite(value)) {
      result.min = Math.min(result.min, value);
      result.max = Math.max(result.max, value);
      result.sum += value;
    } else if (Number.isNaN(value)) result.nan++;
    else result.inf++;
  }
  return result;
}

/** Relative to the magnitude of the number: float64 sums in another order than numpy's. */
const near = (actual: number, expected: number, tolerance = 1e-9) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

function checkGeometry(image: NiftiImage, expected: Expected) {
  for (const [n, value] of expected.affine!.flat().entries()) near(image.affine[n]!, value, 1e-6);
  expect(orientationOf(image.affine)).toBe(expected.axes);
  expect([image.sformCode, image.qformCode]).toEqual([expected.sform_code, expected.qform_code]);
  for (const [axis, zoom] of expected.zooms!.entries()) near(image.pixdim[axis]!, zoom, 1e-6);
}

function checkVoxels(image: NiftiImage, expected: Expected) {
  expect(image.dtype).toBe(expected.disk_dtype);
  near(image.slope, expected.slope!);
  near(image.inter, expected.inter!);
  const { min, max, sum, nan, inf } = statistics(image);
  near(min, expected.min!);
  near(max, expected.max!);
  near(sum, expected.sum!);
  expect([nan, inf]).toEqual([expected.nan_count, expected.inf_count]);
  for (const [index, value] of expected.samples!) {
    const actual = valueAt(image, positionOf(image.shape, index));
    if (value === null) expect(actual).toBeNaN();
    else near(actual, value);
  }
}

function checkChannels(image: NiftiImage, channels: NonNullable<Expected["channels"]>) {
  const names = Object.keys(channels);
  expect(image.shape.at(-1)).toBe(names.length);
  const voxels = image.data.length / names.length;
  for (const [channel, name] of names.entries()) {
    const { min, max, sum } = statistics(image, channel * voxels, (channel + 1) * voxels);
    expect({ min, max, sum }).toMatchObject({ min, max, sum, ...channels[name] });
  }
}

describeWithSharedData(folder, "nifti_oddities: every case equals nibabel or is refused", () => {
  const table = JSON.parse(readFileSync(pathOf("expected.json"), "utf8")) as Record<string, Expected>;
  const names = Object.keys(table);

  it("has the 82 cases", () => {
    expect(names).toHaveLength(82);
  });

  it.each(names)("%s", (name) => {
    const expected = table[sameAs[name] ?? name]!;
    if (name in refusals) {
      const error = tomoErrorOf(() => readNifti(pathOf(name)));
      expect(error.code).toBe(refusals[name]);
      expect(error.message).toContain(name);
    } else if (expected.real !== undefined) {
      const error = tomoErrorOf(() => readNifti(pathOf(name)));
      expect(error.code).toBe("TOMO_NIFTI_UNSUPPORTED");
      expect(error.message).toMatch(/complex/);
    } else {
      const image = readNifti(pathOf(name));
      const spatial = image.channels === 1 ? image.shape : image.shape.slice(0, -1);
      expect(spatial).toEqual(expected.shape);
      if (name in sameAs === false) expect(image.littleEndian).toBe(expected.endian === "little");
      checkGeometry(image, expected);
      if (expected.channels !== undefined) checkChannels(image, expected.channels);
      else checkVoxels(image, expected);
      const { data: _, ...header } = image;
      expect(readNiftiHeader(pathOf(name))).toEqual(header);
    }
  });

  it("reads a pair by the name of its .img too", () => {
    for (const stem of ["derived/pair_int16.", "nifti-reader-js/air2."]) {
      const gz = stem.startsWith("derived") ? "" : ".gz";
      expect(readNifti(pathOf(`${stem}img${gz}`))).toEqual(readNifti(pathOf(`${stem}hdr${gz}`)));
    }
  });

  it("finds the same voxels and affine in all 12 orientations after closestCanonical", () => {
    const canonical = (name: string) => {
      const image = readNifti(pathOf(`orientations/${name}.nii.gz`));
      const { order, flip, affine } = closestCanonical(image.affine, image.shape);
      const shape = order.map((axis) => image.shape[axis]!);
      const strides = image.shape.map((_, axis) => image.shape.slice(0, axis).reduce((a, b) => a * b, 1));
      const voxels = new Uint8Array(image.data.length);
      let n = 0;
      for (let k = 0; k < shape[2]!; k++)
        for (let j = 0; j < shape[1]!; j++)
          for (let i = 0; i < shape[0]!; i++) {
            const at = (axis: number, index: number) =>
              strides[order[axis]!]! * (flip[axis] ? shape[axis]! - 1 - index : index);
            voxels[n++] = Number(image.data[at(0, i) + at(1, j) + at(2, k)]);
          }
      return { shape, affine, voxels: Buffer.from(voxels).toString("base64") };
    };
    const reference = canonical("RAS");
    const others = names.flatMap((name) => /^orientations\/(\w+)\./.exec(name)?.[1] ?? []);
    expect(others).toHaveLength(12);
    for (const name of others) {
      const { shape, affine, voxels } = canonical(name);
      expect(shape).toEqual(reference.shape);
      expect(voxels === reference.voxels).toBe(true);
      for (const [n, value] of affine.entries()) near(value, reference.affine[n]!, 1e-6);
    }
  });
});

describe("the tables of this test", () => {
  it("do not overlap", () => {
    expect(Object.keys(sameAs).filter((name) => name in refusals)).toEqual([]);
  });
});
