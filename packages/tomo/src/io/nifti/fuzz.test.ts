import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TomoError } from "../../errors/tomo_error.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { nifti1, nifti2, writeField } from "./layout.ts";
import { readNifti, readNiftiHeader } from "./read.ts";
import { writeNifti } from "./write.ts";

const folder = temporaryFolder();
const path = join(folder, "fuzzed.nii");
const seed = join(folder, "seed.nii");
const affine = [-1, 0, 0, 3, 0, 2, 0, 4, 0, 0, 3, 5, 0, 0, 0, 1];
writeNifti(seed, { shape: [5, 6, 7], data: Int16Array.from({ length: 210 }, (_, n) => n - 99), affine });
const plain = new Uint8Array(readFileSync(seed));
const long = new Uint8Array(544 + 70_000);
writeNifti(seed, { shape: [35_000, 2, 1], data: new Uint8Array(70_000), affine });
long.set(readFileSync(seed));
const packed = new Uint8Array(gzipSync(plain));

/** Reads must end in an image no larger than the file can hold, or in a TomoError that names the file. */
function readSafely(bytes: Uint8Array): void {
  writeFileSync(path, bytes);
  const guarded = <T>(read: (path: string) => T, check: (result: T) => void) => {
    try {
      check(read(path));
    } catch (error) {
      if (!(error instanceof TomoError)) throw error;
      expect(error.message).toContain("fuzzed.nii");
      expect(error.where.file).toBe(path);
    }
  };
  guarded(readNiftiHeader, ({ affine }) => expect(affine.every(Number.isFinite)).toBe(true));
  guarded(readNifti, ({ data, shape }) => {
    expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
    expect(data.byteLength).toBeLessThanOrEqual(bytes.length * 1032);
  });
}

const mutation = (length: number) =>
  fc.record({
    bytes: fc.array(fc.tuple(fc.nat(Math.min(length, 560) - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 6,
    }),
    cut: fc.option(fc.nat(length)),
  });

describe("readNifti under mutation", () => {
  it.each([
    ["a plain NIfTI-1", plain],
    ["a plain NIfTI-2", long],
    ["a gzip file", packed],
  ])("%s: random bytes changed, and cut anywhere", (_, original) => {
    fc.assert(
      fc.property(mutation(original.length), ({ bytes, cut }) => {
        const mutant = Uint8Array.from(original);
        for (const [offset, value] of bytes) mutant[offset] = value;
        readSafely(cut === null ? mutant : mutant.subarray(0, cut));
      }),
      { numRuns: 400 },
    );
  });

  it("a gzip file whose content is mutated", () => {
    fc.assert(
      fc.property(mutation(plain.length), ({ bytes, cut }) => {
        const mutant = Uint8Array.from(plain);
        for (const [offset, value] of bytes) mutant[offset] = value;
        readSafely(new Uint8Array(gzipSync(cut === null ? mutant : mutant.subarray(0, cut))));
      }),
      { numRuns: 300 },
    );
  });

  it("reads the unchanged files", () => {
    for (const original of [plain, long, packed]) {
      writeFileSync(path, original);
      expect(readNifti(path).data.length).toBeGreaterThanOrEqual(210);
    }
  });

  it.each([
    ["plain", (bytes: Uint8Array) => bytes],
    ["gzip", (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))],
  ])("a small %s file that asks for terabytes is refused before any allocation", (_, pack) => {
    for (const [layout, source, dim] of [
      [nifti1, plain, [7, 32767, 32767, 32767, 1, 1, 1, 1]],
      [nifti2, long, [3, 2 ** 20, 2 ** 20, 2 ** 4, 1, 1, 1, 1]],
    ] as const) {
      const lying = Uint8Array.from(source);
      writeField(new DataView(lying.buffer), layout.dim, dim);
      writeFileSync(path, pack(lying));
      const before = process.memoryUsage().arrayBuffers;
      expect(tomoErrorOf(() => readNifti(path)).code).toBe("TOMO_FILE_TRUNCATED");
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22);
    }
  });
});
