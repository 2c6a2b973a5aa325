import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TomoError } from "../../errors/tomo_error.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { jpegNamed } from "../jpeg/testing/golden_jpegs.ts";
import { chunk, encodePng, samplesOf, withRightChecksums } from "../png/testing/encode_png.ts";
import { readRaster, verifyRaster } from "./read.ts";

const path = join(temporaryFolder(), "fuzzed.png");

/** Reads must end in a picture no larger than the file can hold, or in a TomoError that names the file. */
function readSafely(bytes: Uint8Array): "read" | "refused" {
  writeFileSync(path, bytes);
  const verified = guarded(() => verifyRaster(path));
  const raster = guarded(() => readRaster(path));
  if (raster === null) return "refused";
  expect(verified).not.toBeNull();
  const { width, height, channels, data } = raster;
  expect(data.length).toBe(width * height * channels);
  expect(data.byteLength).toBeLessThanOrEqual(bytes.length * 8 * 64 * 16 * 3);
  return "read";
}

function guarded<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof TomoError)) throw error;
    expect(error.message).toContain("fuzzed.png");
    expect(error.where.file).toBe(path);
    expect(error.code).toMatch(/^TOMO_(NOT_IMAGE|FILE_(TRUNCATED|DAMAGED|UNSUPPORTED|TOO_LARGE))$/);
    return null;
  }
}

const picture = (colourType: number, bitDepth: number, interlaced: boolean) => {
  const [width, height] = [13, 11];
  const count = width * height * samplesOf(colourType);
  const samples = Array.from({ length: count }, (_, n) => (n * 31 + n * n) % 2 ** bitDepth);
  const before = [
    chunk("PLTE", Buffer.alloc(3 * 2 ** Math.min(bitDepth, 8), 9)),
    chunk("tRNS", Buffer.alloc(2)),
  ];
  const filters = [0, 1, 2, 3, 4];
  return encodePng({
    width,
    height,
    bitDepth,
    colourType,
    interlaced,
    samples,
    before,
    filters,
    pieceBytes: 90,
  });
};

const mutation = (length: number) =>
  fc.record({
    bytes: fc.array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { maxLength: 4 }),
    cut: fc.option(fc.nat(length), { freq: 4 }),
  });
type Mutation = { bytes: [number, number][]; cut: number | null };

const mutated = (original: Uint8Array, { bytes, cut }: Mutation): Buffer => {
  const mutant = Buffer.from(original);
  for (const [offset, value] of bytes) mutant[offset] = value;
  return cut === null ? mutant : mutant.subarray(0, cut);
};

const pngs = [
  ["16-bit grey", picture(0, 16, false)],
  ["interlaced 2-bit grey", picture(0, 2, true)],
  ["4-bit palette", picture(3, 4, false)],
  ["interlaced 8-bit RGBA", picture(6, 8, true)],
] as const;
const jpegs = ["grey", "4:2:0", "4:2:0, progressive", "restart markers"].map(
  (name) => [name, jpegNamed(name)] as const,
);

describe("readRaster under mutation", () => {
  it("reads the unchanged files", () => {
    for (const [, original] of [...pngs, ...jpegs]) expect(readSafely(original)).toBe("read");
  });

  it.each(pngs)("%s PNG: random bytes changed, and cut anywhere", (_, original) => {
    fc.assert(
      fc.property(mutation(original.length), (mutation) => {
        readSafely(mutated(original, mutation));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it.each(pngs)("%s PNG: the same with every checksum mended", (_, original) => {
    fc.assert(
      fc.property(mutation(original.length), (mutation) => {
        readSafely(withRightChecksums(mutated(original, mutation)));
      }),
      { numRuns: 400, seed: 2 },
    );
  });

  it.each(jpegs)("%s JPEG: random bytes changed, and cut anywhere", (_, original) => {
    fc.assert(
      fc.property(mutation(original.length), (mutation) => {
        readSafely(mutated(original, mutation));
      }),
      { numRuns: 200, seed: 3 },
    );
    expect(readSafely(original)).toBe("read");
  });

  it("takes no more memory after many damaged JPEGs", () => {
    const [, original] = jpegs[2]!;
    const damaged = Buffer.from(original);
    damaged.fill(0x55, original.length - 200, original.length - 20);
    for (let time = 0; time < 5; time++) readSafely(damaged);
    const before = process.memoryUsage().rss;
    for (let time = 0; time < 40; time++) readSafely(damaged);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  });
});
