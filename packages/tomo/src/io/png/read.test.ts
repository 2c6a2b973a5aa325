import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { decodePng } from "./read.ts";
import { decodeSamples } from "./samples.ts";
import { parsePng } from "./structure.ts";
import {
  chunk,
  encodePng,
  type PngToEncode,
  pngSignature,
  samplesOf,
  withRightChecksums,
} from "./testing/encode_png.ts";

const path = "/films/film.png";
const decode = (file: Buffer) => decodePng(Buffer.from(file), path);
const refused = (file: Buffer) => tomoErrorOf(() => decode(file));

const kinds = [
  ...[1, 2, 4, 8, 16].map((bitDepth) => ({ colourType: 0, bitDepth })),
  ...[2, 4, 6].flatMap((colourType) => [8, 16].map((bitDepth) => ({ colourType, bitDepth }))),
];

/** Random pictures, half of them smooth, so that predictions of all signs and sizes come up. */
const picture = ({ colourType, bitDepth }: { colourType: number; bitDepth: number }) =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 19 }),
      height: fc.integer({ min: 1, max: 19 }),
      noise: fc.array(fc.nat(2 ** bitDepth - 1), { minLength: 97, maxLength: 97 }),
      smooth: fc.boolean(),
      interlaced: fc.boolean(),
      filters: fc.array(fc.nat(4), { minLength: 1, maxLength: 9 }),
      pieceBytes: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ noise, smooth, ...rest }): PngToEncode => {
      const { width, height } = rest;
      const step = smooth ? Math.max(1, 2 ** (bitDepth - 4)) : 2 ** bitDepth;
      const samples = Array.from({ length: width * height * samplesOf(colourType) }, (_, n) =>
        smooth ? (n * step + (noise[n % 97]! % step)) % 2 ** bitDepth : noise[n % 97]!,
      );
      return { colourType, bitDepth, samples, ...rest };
    });

describe("decodePng", () => {
  it.each(kinds)("gives back what was written: colour type $colourType, $bitDepth bits", (kind) => {
    fc.assert(
      fc.property(picture(kind), (png) => {
        const { width, height, bitDepth, colourType, samples } = png;
        const raster = decode(encodePng(png));
        const channels = samplesOf(colourType);
        expect(raster).toMatchObject({ width, height, channels, bitDepth, warnings: [] });
        expect(raster.data).toBeInstanceOf(bitDepth === 16 ? Uint16Array : Uint8Array);
        expect(Array.from(raster.data)).toEqual(samples);
      }),
    );
  });

  it("undoes Paeth in long rows, alone, in pairs and in threes", () => {
    for (const filters of [[4], [0, 4], [2, 4, 4], [1, 4, 4, 4], [3, 4, 1]])
      for (const width of [1, 2, 3, 500]) {
        const samples = Array.from({ length: width * 7 }, (_, n) => (n * n * 37 + (n % 11) * 91) % 256);
        const file = encodePng({ width, height: 7, bitDepth: 8, colourType: 0, samples, filters });
        expect(Array.from(decode(file).data)).toEqual(samples);
      }
  });

  it("gives palettes as colours, and knows whether a transparent entry is used", () => {
    const palette = Buffer.of(0, 0, 0, 200, 10, 30, 7, 7, 7);
    const file = (transparency: number[], samples: number[], bitDepth = 2) => {
      const before = [chunk("PLTE", palette), chunk("tRNS", Buffer.from(transparency))];
      return encodePng({ width: 2, height: 2, bitDepth, colourType: 3, samples, before });
    };
    const raster = decode(file([255, 255, 0], [0, 1, 1, 0]));
    expect(raster).toMatchObject({ channels: 3, bitDepth: 8, transparent: false });
    expect(Array.from(raster.data)).toEqual([0, 0, 0, 200, 10, 30, 200, 10, 30, 0, 0, 0]);
    expect(decode(file([255, 255, 0], [0, 1, 2, 0])).transparent).toBe(true);
    expect(decode(file([255], [0, 1, 2, 0], 8)).transparent).toBe(false);
    expect(refused(file([255], [0, 1, 3, 0]))).toMatchObject({
      code: "TOMO_FILE_DAMAGED",
      given: "colour 3",
      expected: "0 to 2",
    });
  });

  it("knows whether a pixel is transparent by alpha or by its colour", () => {
    const grey = { width: 2, height: 1, bitDepth: 16, colourType: 0, samples: [3, 700] };
    const colour = (value: number) => [chunk("tRNS", Buffer.of(value >> 8, value & 255))];
    expect(decode(encodePng({ ...grey, before: colour(700) })).transparent).toBe(true);
    expect(decode(encodePng({ ...grey, before: colour(701) })).transparent).toBe(false);
    const rgba = { width: 2, height: 1, bitDepth: 8, colourType: 6 };
    expect(decode(encodePng({ ...rgba, samples: [1, 2, 3, 255, 4, 5, 6, 255] })).transparent).toBe(false);
    expect(decode(encodePng({ ...rgba, samples: [1, 2, 3, 255, 4, 5, 6, 254] })).transparent).toBe(true);
  });

  const film: PngToEncode = {
    width: 5,
    height: 4,
    bitDepth: 16,
    colourType: 0,
    samples: new Uint16Array(20).fill(4080),
  };
  const file = encodePng(film);
  const withBefore = (...before: Buffer[]) => encodePng({ ...film, before });

  it("tolerates other chunks, gamma, animation and data behind the end", () => {
    const before = [
      chunk("gAMA", Buffer.of(0, 0, 0, 1)),
      chunk("tEXt", Buffer.from("a\0b")),
      chunk("acTL", Buffer.alloc(8)),
    ];
    const raster = decode(Buffer.concat([withBefore(...before), Buffer.from("trailing data")]));
    expect(Array.from(raster.data)).toEqual(Array(20).fill(4080));
    expect(raster.warnings).toEqual(["it is animated; only its main picture is read"]);
  });

  it("warns of an EXIF orientation, which it does not apply", () => {
    const tiff = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");
    expect(decode(withBefore(chunk("eXIf", tiff))).warnings).toEqual([
      expect.stringContaining("EXIF orientation 6"),
    ]);
  });

  it("reads a stream with a few bytes behind the last pixel, and refuses one with many", () => {
    const rows = Buffer.alloc(4 * 11);
    const build = (extra: number) => {
      const packed = deflateSync(Buffer.concat([rows, Buffer.alloc(extra)]));
      return Buffer.concat([file.subarray(0, 33), chunk("IDAT", packed), chunk("IEND")]);
    };
    expect(Array.from(decode(build(0)).data)).toEqual(Array(20).fill(0));
    expect(Array.from(decode(build(4000)).data)).toEqual(Array(20).fill(0));
    expect(refused(build(5000))).toMatchObject({ code: "TOMO_FILE_DAMAGED" });
  });

  it("refuses a file cut anywhere", () => {
    for (let length = 8; length < file.length; length++)
      expect(refused(file.subarray(0, length))).toMatchObject({
        code: "TOMO_FILE_TRUNCATED",
        where: { file: path },
        message: expect.stringMatching(/^\/films\/film\.png ends (before its IEND|in the middle)/),
      });
  });

  it("refuses any changed byte", () => {
    for (let at = 8; at < file.length; at++) {
      const changed = Buffer.from(file);
      changed[at]! ^= 0x55;
      expect(refused(changed).code).toMatch(/^TOMO_FILE_(DAMAGED|TRUNCATED|UNSUPPORTED)$/);
    }
  });

  const header = (at: number, value: number) => {
    const changed = Buffer.from(file);
    changed[16 + at] = value;
    return withRightChecksums(changed);
  };
  it.each([
    ["no width", header(3, 0), "states an impossible size", "0 x 4 pixels"],
    ["a bit depth of 3", header(8, 3), "bit depth that PNG does not allow for colour type 0", "3"],
    ["colour type 1", header(9, 1), "colour type that PNG does not define", "1"],
    ["16 bits of palette", header(9, 3), "bit depth that PNG does not allow for colour type 3", "16"],
    [
      "interlace method 2",
      header(12, 2),
      "method that PNG does not define",
      "compression 0, filter 0, interlace 2",
    ],
    ["a filter of 5", encodeWithFilter(5), "a row with a filter that PNG does not define", "5"],
    ["a palette of 4 bytes", paletteOf(4), "a palette of an impossible length", "4 bytes"],
  ])("refuses %s", (_, bad, message, given) => {
    expect(refused(bad)).toMatchObject({ code: "TOMO_FILE_DAMAGED", given });
    expect(refused(bad).message).toContain(message);
    expect(refused(bad).expected).toBeDefined();
  });

  function encodeWithFilter(filter: number): Buffer {
    const rows = Buffer.alloc(44);
    rows[11] = filter;
    return Buffer.concat([file.subarray(0, 33), chunk("IDAT", deflateSync(rows)), chunk("IEND")]);
  }
  function paletteOf(length: number): Buffer {
    const before = [chunk("PLTE", Buffer.alloc(length))];
    return encodePng({ width: 1, height: 1, bitDepth: 8, colourType: 3, samples: [0], before });
  }

  it.each([
    ["without IDAT", Buffer.concat([file.subarray(0, 33), chunk("IEND")]), "has no image data (IDAT)"],
    ["without IHDR", Buffer.concat([pngSignature, file.subarray(33)]), "begins with IDAT instead of IHDR"],
    ["with two IHDR", withBefore(file.subarray(8, 33)), "has one IHDR chunk too many"],
    ["without PLTE", encodePng({ ...film, bitDepth: 8, colourType: 3 }), "has no palette (PLTE)"],
    ["with an Adler checksum that is wrong", withBadAdler(), "has damaged image data: incorrect data check"],
  ])("refuses a file %s", (_, bad, message) => {
    expect(refused(bad)).toMatchObject({ code: "TOMO_FILE_DAMAGED" });
    expect(refused(bad).message).toContain(message);
  });

  function withBadAdler(): Buffer {
    const changed = Buffer.from(file);
    changed[file.length - 17]! ^= 1;
    return withRightChecksums(changed);
  }

  it("refuses IDAT chunks that do not follow each other", () => {
    const split = encodePng({ ...film, pieceBytes: 9 });
    const second = 33 + 12 + 9;
    const torn = Buffer.concat([split.subarray(0, second), chunk("tEXt"), split.subarray(second)]);
    expect(refused(torn).message).toContain("has one IDAT chunk too many");
  });

  it("refuses an extension without which the picture cannot be shown", () => {
    const apple = Buffer.concat([pngSignature, chunk("CgBI", Buffer.alloc(4)), file.subarray(8)]);
    expect(refused(apple)).toMatchObject({
      code: "TOMO_FILE_UNSUPPORTED",
      message: `${path} needs the PNG extension CgBI`,
    });
  });

  it.each([
    ["100000 x 100000", 100_000, 100_000, "TOMO_FILE_TOO_LARGE"],
    ["1 x 2^28", 1, 2 ** 28, "TOMO_FILE_TRUNCATED"],
    ["2^31 - 1 each way", 2 ** 31 - 1, 2 ** 31 - 1, "TOMO_FILE_TOO_LARGE"],
    ["10000 x 10000", 10_000, 10_000, "TOMO_FILE_TRUNCATED"],
  ])("refuses a small file that states %s pixels before it allocates anything", (_, width, height, code) => {
    for (const interlaced of [0, 1]) {
      const lying = Buffer.from(file);
      lying.writeUInt32BE(width, 16);
      lying.writeUInt32BE(height, 20);
      lying[28] = interlaced;
      const bad = withRightChecksums(lying);
      const before = process.memoryUsage().arrayBuffers;
      expect(refused(bad)).toMatchObject({ code, given: `${width} x ${height} pixels of 1 sample` });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
    }
  });
});

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly bit_depth: number;
  readonly color_type: number;
  readonly error_expected?: string;
  readonly raw_channels?: readonly { readonly min: number; readonly max: number; readonly sum: number }[];
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly samples_row_col?: readonly (readonly [readonly [number, number], number | readonly number[]])[];
}

describeWithSharedData("png16", "decodePng on real films and PngSuite", () => {
  const table = Object.entries(
    JSON.parse(readFileSync(sharedData("png16", "expected.json"), "utf8")) as Record<string, Expected>,
  );
  const bytesOf = (name: string) => readFileSync(sharedData("png16", name));
  const good = table.filter(([, { error_expected }]) => error_expected === undefined);

  it("covers medical films and PngSuite", () => {
    expect(good).toHaveLength(66);
  });

  it.each(good)("%s: every sample as stored", (name, expected) => {
    const png = parsePng(bytesOf(name), name);
    const stored = decodeSamples(png, name);
    const { width, height, bitDepth, colourType, samples } = png.header;
    expect([width, height, bitDepth, colourType]).toEqual([
      expected.width,
      expected.height,
      expected.bit_depth,
      expected.color_type,
    ]);
    const channels = expected.raw_channels ?? [expected];
    expect(channels).toHaveLength(samples);
    for (const [channel, { min, max, sum }] of channels.entries()) {
      const values = Array.from(stored).filter((_, n) => n % samples === channel);
      expect([values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]).toEqual([
        min,
        max,
      ]);
      expect(values.reduce((a, b) => a + b, 0)).toBe(sum);
    }
    const raster = decodePng(bytesOf(name), name);
    for (const [[row, column], value] of expected.samples_row_col ?? []) {
      const at = (row * width + column) * raster.channels;
      const wanted = [value].flat();
      expect(Array.from(raster.data.subarray(at, at + wanted.length))).toEqual(wanted);
    }
  });
});
