import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveTensors, scope } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseOf, ramp } from "../../conformance/images.ts";
import type { Sample } from "../../data/sample.ts";
import { TomoErrors } from "../../errors/tomo_error.ts";
import { jpegNamed } from "../../io/jpeg/testing/golden_jpegs.ts";
import { chunk, encodePng, type PngToEncode } from "../../io/png/testing/encode_png.ts";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { applyTransform, describeTransform, imageIn } from "../../testing/transform_harness.ts";
import { CenterData } from "./center_data.ts";
import { ConvertToChannelsLast } from "./convert_to_channels_last.ts";
import { CropRandomSizeWithDisplacement } from "./crop_random_size_with_displacement.ts";
import { LoadJpg } from "./load_jpg.ts";
import { LoadPng } from "./load_png.ts";
import { RandomRotate2D } from "./random_rotate_2d.ts";
import { RepeatChannel } from "./repeat_channel.ts";
import { ScaleToShape } from "./scale_to_shape.ts";

const folder = temporaryFolder();
const written = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const grey: PngToEncode = {
  width: 3,
  height: 2,
  bitDepth: 16,
  colourType: 0,
  samples: [0, 1, 256, 4080, 65535, 7],
};
const film = written("film.png", encodePng(grey));
const colours = { width: 2, height: 1, bitDepth: 8, colourType: 2 };
const load = (image: string | string[], args: object = {}, component = LoadPng) =>
  applyTransform(component, { fields: "image", ...args }, caseOf({ image }));
const values = (image: string | string[], args: object = {}) => {
  const { format, data } = imageIn(load(image, args).sample);
  return { format, shape: data.shape, values: data.toArray() };
};

for (const component of [LoadPng, LoadJpg])
  describeTransform(component, {
    args: { fields: ["image", "mask"] },
    reads: [],
    formats: ["HW"],
    sample: (format) =>
      caseOf(
        format === "HW"
          ? { image: film, mask: written("mask.jpg", jpegNamed("grey")), label: [0, 1] }
          : { image: ramp(format, [2, 2, 2]), mask: "" },
      ),
  });

describe("LoadPng", () => {
  it("gives rows and columns of float32 with the values of the file, and no affine", () => {
    scope(() => {
      const { sample, warnings } = load(film);
      const image = imageIn(sample);
      expect(image).toMatchObject({
        format: "HW",
        data: { shape: [2, 3], dtype: "float32", isContiguous: true },
        properties: { originalShape: [2, 3], fileName: film },
      });
      expect(Object.keys(image.properties)).toEqual(["originalShape", "fileName"]);
      expect(image.data.toArray()).toEqual([0, 1, 256, 4080, 65535, 7]);
      expect(warnings).toEqual([]);
    });
  });

  it("keeps every 16-bit value", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(65_535), { minLength: 6, maxLength: 6 }), (samples) => {
        scope(() => {
          expect(values(written("any.png", encodePng({ ...grey, samples }))).values).toEqual(samples);
        });
      }),
    );
  });

  it("does not stretch samples of fewer than 8 bits", () => {
    scope(() => {
      for (const bitDepth of [1, 2, 4]) {
        const samples = [0, 1, 2 ** bitDepth - 1, 1, 0, 1];
        expect(values(written("low.png", encodePng({ ...grey, bitDepth, samples }))).values).toEqual(samples);
      }
    });
  });

  it("takes colours that are grey everywhere as grey, and true colours as HWC", () => {
    scope(() => {
      const rgb = (samples: number[], more: Partial<PngToEncode> = {}) =>
        written("colour.png", encodePng({ ...colours, samples, ...more }));
      expect(values(rgb([5, 5, 5, 9, 9, 9]))).toEqual({ format: "HW", shape: [1, 2], values: [5, 9] });
      expect(values(rgb([5, 5, 5, 9, 9, 8]))).toEqual({
        format: "HWC",
        shape: [1, 2, 3],
        values: [5, 5, 5, 9, 9, 8],
      });
      const palette = [chunk("PLTE", Buffer.of(40, 40, 40, 90, 90, 90))];
      const indexed = { colourType: 3, bitDepth: 1, before: palette };
      expect(values(rgb([1, 0], indexed))).toEqual({ format: "HW", shape: [1, 2], values: [90, 40] });
    });
  });

  it("gives every picture three channels on request", () => {
    scope(() => {
      const args = { as_rgb: true };
      const colour = written("colour.png", encodePng({ ...colours, samples: [1, 2, 3, 4, 5, 6] }));
      expect(values(colour, args)).toMatchObject({ format: "HWC", values: [1, 2, 3, 4, 5, 6] });
      const flat = written("flat.png", encodePng({ ...colours, samples: [1, 1, 1, 4, 4, 4] }));
      expect(values(flat, args)).toMatchObject({ format: "HWC", values: [1, 1, 1, 4, 4, 4] });
      expect(values(film, args)).toMatchObject({
        format: "HWC",
        shape: [2, 3, 3],
        values: [0, 1, 256, 4080, 65535, 7].flatMap((value) => [value, value, value]),
      });
      expect(imageIn(load(film, args).sample).data.isContiguous).toBe(true);
    });
  });

  it("leaves alpha out, and warns where it is not opaque", () => {
    scope(() => {
      const rgba = (samples: number[]) =>
        written("alpha.png", encodePng({ ...colours, colourType: 6, samples }));
      const opaque = load(rgba([5, 5, 5, 255, 9, 9, 9, 255]));
      expect(imageIn(opaque.sample)).toMatchObject({ format: "HW" });
      expect(imageIn(opaque.sample).data.toArray()).toEqual([5, 9]);
      expect(opaque.warnings).toEqual([]);
      const path = rgba([5, 6, 5, 0, 9, 9, 9, 255]);
      const clear = load(path);
      expect(imageIn(clear.sample).data.toArray()).toEqual([5, 6, 5, 9, 9, 9]);
      expect(clear.warnings).toEqual([
        `case case_7, field image: ${path}: some pixels are transparent; their values are taken as if they were opaque`,
      ]);
      const greyAlpha = written("la.png", encodePng({ ...colours, colourType: 4, samples: [5, 255, 9, 0] }));
      expect(load(greyAlpha).warnings).toHaveLength(1);
      expect(values(greyAlpha)).toEqual({ format: "HW", shape: [1, 2], values: [5, 9] });
    });
  });

  it("reads JPEG under a PNG's name, and PNG by LoadJpg", () => {
    scope(() => {
      const jpeg = written("jpeg.png", jpegNamed("grey stored as colour"));
      expect(values(jpeg)).toMatchObject({ format: "HW", shape: [21, 27] });
      const colour = written("colour_jpeg.png", jpegNamed("4:4:4"));
      expect(values(colour)).toMatchObject({ format: "HWC", shape: [21, 27, 3] });
      expect(imageIn(load(film, {}, LoadJpg).sample).data.toArray()).toEqual([0, 1, 256, 4080, 65535, 7]);
      const { warnings } = load(written("turned.jpg", jpegNamed("EXIF turned")));
      expect(warnings).toEqual([expect.stringContaining("EXIF orientation 6")]);
    });
  });

  it("makes a channel of each file of a list", () => {
    scope(() => {
      const other = written("other.png", encodePng({ ...grey, bitDepth: 8, samples: [1, 2, 3, 4, 5, 6] }));
      expect(values([film, other])).toEqual({
        format: "CHW",
        shape: [2, 2, 3],
        values: [0, 1, 256, 4080, 65535, 7, 1, 2, 3, 4, 5, 6],
      });
    });
    const colour = written("colour.png", encodePng({ ...colours, samples: [1, 2, 3, 4, 5, 6] }));
    const small = written("small.png", encodePng({ ...colours, colourType: 0, samples: [1, 2] }));
    expect(tomoErrorOf(() => load([film, small]))).toMatchObject({ code: "TOMO_SHAPE_MISMATCH" });
    expect(tomoErrorOf(() => load([film, colour]))).toMatchObject({
      code: "TOMO_IMAGE_UNFIT",
      where: { file: colour, case: "case_7", field: "image" },
    });
  });

  it("says which case, field and file cannot be read, and leaves no tensor behind", () => {
    const live = liveTensors();
    const cut = written("cut.png", encodePng(grey).subarray(0, 60));
    for (const [path, code] of [
      [cut, "TOMO_FILE_TRUNCATED"],
      [join(folder, "missing.png"), "TOMO_FILE_MISSING"],
      [written("text.png", Buffer.from("no picture")), "TOMO_NOT_IMAGE"],
    ] as const)
      expect(tomoErrorOf(() => load(path))).toMatchObject({
        code,
        where: { case: "case_7", field: "image", file: path },
      });
    expect(
      tomoErrorOf(() => applyTransform(LoadPng, { fields: "image" }, caseOf({ image: [0, 1] }))),
    ).toMatchObject({
      code: "TOMO_FIELD_NOT_PATH",
      expected: "the path of a PNG or JPEG file, or a list of paths",
    });
    expect(liveTensors()).toBe(live);
  });
});

describe("LoadPng: verify", () => {
  const verify =
    (sample: Sample, fields: string[] = ["image", "mask"]) =>
    () =>
      LoadPng.build(LoadPng.args.parse({ fields })).verify?.(sample);

  it("passes good files, also lists, and fields that hold no path", () => {
    const jpeg = written("good.jpg", jpegNamed("4:2:0"));
    expect(verify(caseOf({ image: [film, jpeg], mask: [0, 1] }))).not.toThrow();
    expect(verify(caseOf({ image: film }))).not.toThrow();
  });

  it("names the one bad file with case and field", () => {
    const bytes = encodePng(grey);
    bytes[bytes.length - 20]! ^= 1;
    const bad = written("bad.png", bytes);
    const error = tomoErrorOf(verify(caseOf({ image: film, mask: bad })));
    expect(error).toMatchObject({
      code: "TOMO_FILE_DAMAGED",
      message: `${bad} has a wrong checksum in its IDAT chunk`,
      where: { case: "case_7", field: "mask", file: bad },
    });
  });

  it("names all bad files of a case at once", () => {
    const [missing, text] = [join(folder, "none.png"), written("text.png", Buffer.from("no picture"))];
    try {
      verify(caseOf({ image: [text, film], mask: missing }))();
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TomoErrors);
      expect((error as TomoErrors).errors.map(({ code, where }) => [code, where.field, where.file])).toEqual([
        ["TOMO_NOT_IMAGE", "image", text],
        ["TOMO_FILE_MISSING", "mask", missing],
      ]);
    }
  });
});

describe("LoadPng in the chain of Clara's chest X-ray config", () => {
  it("brings films of 16 bits, RGBA and JPEG to one shape, without an affine", () => {
    const samples = Array.from({ length: 40 * 50 }, (_, n) => (n * 17) % 4096);
    const sixteen = encodePng({ width: 50, height: 40, bitDepth: 16, colourType: 0, samples });
    const rgba = encodePng({
      width: 50,
      height: 40,
      bitDepth: 8,
      colourType: 6,
      samples: samples.flatMap((value) => [value % 256, value % 256, value % 256, 255]),
    });
    for (const [name, bytes] of [
      ["sixteen.png", sixteen],
      ["rgba.png", rgba],
      ["film.jpg", jpegNamed("grey stored as colour")],
    ] as const)
      scope(() => {
        let sample = caseOf({ image: written(name, bytes) });
        for (const [component, args] of [
          [LoadPng, {}],
          [CropRandomSizeWithDisplacement, { lower_size: [0.9, 0.9], max_displacement: 200 }],
          [ScaleToShape, { target_shape: [32, 32] }],
          [RandomRotate2D, { angle: 7, is_random: true }],
          [ConvertToChannelsLast, {}],
          [RepeatChannel, { repeat_times: 3 }],
          [CenterData, { subtrahend: [2876.37, 2876.37, 2876.37], divisor: [883, 883, 883] }],
        ] as const)
          sample = applyTransform(component, { fields: "image", ...args }, sample).sample;
        const { format, data, properties } = imageIn(sample);
        expect([format, data.shape, data.dtype]).toEqual(["HWC", [32, 32, 3], "float32"]);
        expect(data.toArray().every(Number.isFinite)).toBe(true);
        expect(properties).not.toHaveProperty("affine");
      });
  });
});

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly channel_sums?: readonly number[];
}
const expectedIn = (...parts: string[]) =>
  Object.entries(JSON.parse(readFileSync(sharedData(...parts), "utf8")) as Record<string, Expected>);
const summary = (path: string) =>
  scope(() => {
    const { sample, warnings } = load(path);
    const { format, data } = imageIn(sample);
    const numbers = data.toArray();
    const sum = numbers.reduce((total, value) => total + value, 0);
    const [min, max] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
    return { format, shape: data.shape, min, max, sum, warnings };
  });

describeWithSharedData("png16", "LoadPng on real films of 16 bits", () => {
  const films = expectedIn("png16", "expected.json").filter(([name]) => !name.startsWith("pngsuite"));

  it.each(films)("%s", (name, { width, height, min, max, sum }) => {
    expect(summary(sharedData("png16", name))).toEqual({
      format: "HW",
      shape: [height, width],
      min,
      max,
      sum,
      warnings: [],
    });
  });

  it("keeps the full range of 12 bits in 16", () => {
    const chest = films.filter(([name]) => name.startsWith("chest16"));
    expect(chest).toHaveLength(24);
    expect(Math.max(...chest.map(([name]) => summary(sharedData("png16", name)).max))).toBe(4080);
  });
});

describeWithSharedData("chest_xray", "LoadPng on NIH's originals", () => {
  it.each(expectedIn("chest_xray", "fullres", "expected.json"))(
    "%s: grey, also where it is stored as RGBA",
    (name, { width, height, min, max, sum, channel_sums }) => {
      const found = summary(sharedData("chest_xray", "fullres", name));
      const greySum = channel_sums?.[0] ?? sum;
      expect(found).toMatchObject({ format: "HW", shape: [height, width], sum: greySum, warnings: [] });
      // of RGBA films min and max are those of all channels, alpha included
      if (channel_sums === undefined) expect(found).toMatchObject({ min, max });
    },
  );
});
