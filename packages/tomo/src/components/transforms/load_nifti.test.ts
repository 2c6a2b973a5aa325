import { closeSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { liveTensors, scope } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import { caseOf, obliqueAffine, ramp } from "../../conformance/images.ts";
import type { Affine } from "../../data/medical_image.ts";
import { closestCanonical, orientationOf } from "../../data/orientation.ts";
import { sizeOf } from "../../data/spatial.ts";
import { writeNifti } from "../../io/nifti/write.ts";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import {
  applyTransform,
  describeTransform,
  expectSamePlaces,
  imageIn,
} from "../../testing/transform_harness.ts";
import { LoadNifti } from "./load_nifti.ts";

const folder = temporaryFolder();

/** Writes voxels 1, 2, 3, … in C order of the shape. */
function written(name: string, shape: readonly number[], affine: Affine = obliqueAffine): string {
  const path = join(folder, name);
  const count = shape.reduce((product, length) => product * length, 1);
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  // file order: the first index runs fastest
  const data = Int16Array.from({ length: count }, (_, position) => {
    let rest = position;
    return shape.reduce((value, length, axis) => {
      const index = rest % length;
      rest = Math.floor(rest / length);
      return value + index * strides[axis]!;
    }, 1);
  });
  writeNifti(path, { shape, data, affine });
  return path;
}
const load = (image: string | string[], args: object = {}) =>
  applyTransform(LoadNifti, { fields: "image", ...args }, caseOf({ image }));
const counting = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

describeTransform(LoadNifti, {
  args: { fields: ["image", "label"] },
  reads: [],
  formats: ["DHW"],
  sample: (format) => {
    if (format !== "DHW") return caseOf({ image: ramp(format, [2, 2, 2]), label: "" });
    return caseOf({
      image: written("image.nii.gz", [3, 4, 2]),
      label: written("label.nii", [3, 4, 2]),
      note: "kept",
    });
  },
});

describe("LoadNifti", () => {
  it("gives float32 in the file's axis order, C-contiguous, with its geometry", () => {
    scope(() => {
      const path = written("volume.nii.gz", [2, 3, 4]);
      const { sample, warnings } = load(path);
      const image = imageIn(sample);
      expect(image).toMatchObject({
        format: "DHW",
        data: { shape: [2, 3, 4], dtype: "float32", isContiguous: true },
      });
      expect(image.data.toArray()).toEqual(counting(24));
      expect(image.properties.affine).toEqual(obliqueAffine.map((value) => Math.fround(value)));
      expect(image.properties).toMatchObject({
        originalShape: [2, 3, 4],
        originalAffine: image.properties.affine,
        fileName: path,
      });
      expect(image.properties.fileAffine).toBeUndefined();
      expect(warnings).toEqual([]);
    });
  });

  it("scales by slope and intercept in float64, rounded once", () => {
    scope(() => {
      const path = written("scaled.nii", [2, 1, 3]);
      const header = openSync(path, "r+");
      // scl_slope and scl_inter of a NIfTI-1 header
      writeSync(header, new Uint8Array(Float32Array.of(0.1, -1024.3).buffer), 0, 8, 112);
      closeSync(header);
      const [slope, inter] = Float32Array.of(0.1, -1024.3) as unknown as [number, number];
      const expected = counting(6).map((value) => Math.fround(value * slope + inter));
      expect(imageIn(load(path).sample).data.toArray()).toEqual(expected);
    });
  });

  it("takes 2-D files as HW, the fourth axis as channels, and drops axes of length 1 behind the third", () => {
    scope(() => {
      const layouts = (
        [
          [4, 3],
          [4, 3, 1],
          [2, 3, 4, 1],
          [2, 3, 4, 2],
          [2, 3, 4, 1, 2],
          [2, 3, 4, 1, 1],
        ] as const
      ).map((shape) => {
        const image = imageIn(load(written(`axes${shape.join("x")}.nii`, shape)).sample);
        expect(image.data.toArray()).toEqual(counting(image.data.numel));
        return `${image.format} ${image.data.shape.join("x")}`;
      });
      expect(layouts).toEqual([
        "HW 4x3",
        "DHW 4x3x1",
        "DHW 2x3x4",
        "DHWC 2x3x4x2",
        "DHWC 2x3x4x2",
        "DHW 2x3x4",
      ]);
    });
  });

  it("takes the first axis of a file of four as channels on request", () => {
    scope(() => {
      const first = { nii_is_channels_first: true };
      const image = imageIn(load(written("first.nii", [2, 3, 4, 5]), first).sample);
      expect([image.format, image.data.shape, sizeOf(image)]).toEqual(["CDHW", [2, 3, 4, 5], [3, 4, 5]]);
      expect(image.properties.originalShape).toEqual([3, 4, 5]);
      expect(image.data.toArray()).toEqual(counting(120));
      expect(imageIn(load(written("three.nii", [2, 3, 4]), first).sample).format).toBe("DHW");
    });
  });

  it("makes a channel of each file of a list, in order", () => {
    scope(() => {
      const paths = ["t1", "t2", "flair"].map((name) => written(`${name}.nii.gz`, [2, 3, 2]));
      const { sample, warnings } = load(paths);
      const image = imageIn(sample);
      expect(image).toMatchObject({ format: "CDHW", data: { shape: [3, 2, 3, 2], dtype: "float32" } });
      expect(image.data.toArray()).toEqual([...counting(12), ...counting(12), ...counting(12)]);
      expect(image.properties).toMatchObject({ fileName: paths[0], originalShape: [2, 3, 2] });
      expect(warnings).toEqual([]);
      expect(imageIn(load([paths[0]!]).sample).data.shape).toEqual([1, 2, 3, 2]);
      expect(imageIn(load([written("flat.nii", [3, 4])]).sample).format).toBe("CHW");
    });
  });

  it("refuses a list of different shapes, or of files with channels, and names the files", () => {
    const paths = [written("a.nii", [2, 3, 2]), written("b.nii", [2, 3, 3]), written("c.nii", [2, 3, 2, 2])];
    const shape = tomoErrorOf(() => load(paths.slice(0, 2)));
    expect(shape).toMatchObject({ code: "TOMO_SHAPE_MISMATCH", given: "2x3x3 and 2x3x2 voxels" });
    expect(shape.message).toBe(`${paths[1]} has another shape than ${paths[0]}`);
    expect(shape.where).toEqual({ case: "case_7", field: "image", file: paths[1] });
    const channels = tomoErrorOf(() => load([paths[0]!, paths[2]!]));
    expect(channels).toMatchObject({ code: "TOMO_IMAGE_UNFIT", where: { file: paths[2] } });
  });

  it("warns of files of a list that lie apart", () => {
    scope(() => {
      const moved = obliqueAffine.map((value, n) => (n === 11 ? value + 4 : value));
      const { warnings } = load([written("here.nii", [2, 2, 2]), written("there.nii", [2, 2, 2], moved)]);
      expect(warnings).toEqual([
        expect.stringMatching(/^case case_7, field image: .*there\.nii lies up to 4\.0 mm/),
      ]);
    });
  });

  it("reorients to the axes closest to RAS+ on request; each voxel keeps its place", () => {
    scope(() => {
      const psr: Affine = [0, 0, 1.5, -10, -2, 0, 0, 20, 0, 3, 0, 5, 0, 0, 0, 1];
      for (const shape of [
        [2, 3, 4],
        [2, 3, 4, 2],
      ] as const) {
        const path = written(`psr${shape.length}.nii.gz`, shape, psr);
        const plain = imageIn(load(path).sample);
        const image = imageIn(load(path, { as_closest_canonical: true }).sample);
        expect(orientationOf(image.properties.affine!)).toBe("RAS");
        expect(image.properties.affine).toEqual(closestCanonical(psr, shape).affine);
        expect(image.data).toMatchObject({ shape: [4, 2, 3, ...shape.slice(3)], isContiguous: true });
        expect(image.properties).toMatchObject({
          originalShape: [4, 2, 3],
          originalAffine: image.properties.affine,
          fileAffine: psr,
        });
        expectSamePlaces(plain, image);
        expect(image.data.toArray().toSorted((a, b) => a - b)).toEqual(counting(image.data.numel));
      }
      const flat = written("flat_psr.nii", [3, 4], psr);
      expect(imageIn(load(flat, { as_closest_canonical: true }).sample).data.toArray()).toEqual(counting(12));
    });
  });

  it("refuses what is no path, with case and field", () => {
    scope(() => {
      const refused = (fields: Parameters<typeof caseOf>[0]) =>
        tomoErrorOf(() => applyTransform(LoadNifti, { fields: "image" }, caseOf(fields)));
      const where = { case: "case_7", field: "image" };
      expect(refused({ image: ramp("DHW", [1, 1, 1]) })).toMatchObject({
        code: "TOMO_FIELD_NOT_PATH",
        message: 'field "image" holds an image that is loaded already, not a path',
        where,
      });
      expect(refused({ image: [0, 1] })).toMatchObject({ code: "TOMO_FIELD_NOT_PATH", where });
      expect(refused({ image: [] })).toMatchObject({ code: "TOMO_FIELD_NOT_PATH" });
      expect(refused({ label: "a.nii" })).toMatchObject({ hint: "the case has the fields label" });
    });
  });

  it("says which case, field and file cannot be read, and leaves no tensor behind", () => {
    const live = liveTensors();
    const missing = join(folder, "no_such.nii.gz");
    expect(tomoErrorOf(() => load(missing))).toMatchObject({
      code: "TOMO_FILE_MISSING",
      where: { case: "case_7", field: "image", file: missing },
    });
    const cut = written("cut.nii.gz", [8, 8, 8]);
    truncateSync(cut, 400);
    expect(tomoErrorOf(() => load(cut))).toMatchObject({
      code: "TOMO_FILE_TRUNCATED",
      where: { case: "case_7", field: "image", file: cut },
    });
    const many = written("many.nii", [2, 2, 2, 2, 2]);
    expect(tomoErrorOf(() => load(many))).toMatchObject({
      code: "TOMO_IMAGE_UNFIT",
      given: "[2, 2, 2, 2, 2]",
    });
    expect(tomoErrorOf(() => load(written("line.nii", [5])))).toMatchObject({ code: "TOMO_IMAGE_UNFIT" });
    expect(liveTensors()).toBe(live);
  });
});

interface Expected {
  readonly shape?: readonly number[];
  readonly affine?: readonly (readonly number[])[];
  readonly samples?: readonly (readonly [readonly number[], number])[];
  readonly channels?: unknown;
  /** Of complex files, which are refused. */
  readonly real?: unknown;
}

describeWithSharedData("nifti_oddities", "LoadNifti on real files", () => {
  const oddity = (name: string) => sharedData("nifti_oddities", name);
  const table = JSON.parse(readFileSync(oddity("expected.json"), "utf8")) as Record<string, Expected>;
  const readable = Object.entries(table).filter(
    ([, { samples, channels, real }]) =>
      samples !== undefined && channels === undefined && real === undefined,
  );
  /** More than one axis behind the third is longer than 1. */
  const tooMany = (shape: readonly number[]) => shape.slice(3).filter((length) => length > 1).length > 1;

  it("covers scaled, big-endian, paired, 2-D, 4-D and 5-D files", () => {
    expect(readable.length).toBeGreaterThan(55);
  });

  it.each(readable)(
    "%s: shape, affine and voxels are those of nibabel",
    (name, { shape, affine, samples }) => {
      scope(() => {
        if (tooMany(shape!)) {
          expect(tomoErrorOf(() => load(oddity(name))).code).toBe("TOMO_IMAGE_UNFIT");
          return;
        }
        const image = imageIn(load(oddity(name)).sample);
        const kept = shape!.map((length, axis) => axis < 3 || length > 1);
        expect(image.data.shape).toEqual(shape!.filter((_, axis) => kept[axis]));
        for (const [n, value] of affine!.flat().entries())
          expect(image.properties.affine![n]! - value).toBeCloseTo(0, 4);
        const values = image.data.toTypedArray();
        for (const [index, value] of samples!) {
          const position = index.reduce((sum, at, axis) => sum * shape![axis]! + at, 0);
          // one rounding from float64 to float32
          if (Number.isFinite(value)) expect(values[position]).toBe(Math.fround(value));
        }
      });
    },
  );

  it("finds one brain in all twelve orientations after as_closest_canonical", () => {
    scope(() => {
      const canonical = (name: string) =>
        imageIn(load(oddity(`orientations/${name}.nii.gz`), { as_closest_canonical: true }).sample);
      const reference = canonical("RAS");
      const names = Object.keys(table).flatMap((name) => /^orientations\/(\w+)\./.exec(name)?.[1] ?? []);
      expect(names).toHaveLength(12);
      for (const name of names)
        scope(() => {
          const image = canonical(name);
          expect(image.data.shape).toEqual([64, 79, 67]);
          expect(Buffer.compare(bytesOf(image.data), bytesOf(reference.data))).toBe(0);
          image.properties.affine!.forEach((value, n) => {
            expect(value).toBeCloseTo(reference.properties.affine![n]!, 4);
          });
        });
    });
  });
});

const bytesOf = (data: { toTypedArray: () => Float32Array }) => Buffer.from(data.toTypedArray().buffer);
