import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../../testing/oracle.ts";
import { describeWithSharedData, sharedData } from "../../testing/shared_data.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { jpegNamed } from "../jpeg/testing/golden_jpegs.ts";
import { encodePng, samplesOf } from "../png/testing/encode_png.ts";
import { readRaster, verifyRaster } from "./read.ts";

const folder = temporaryFolder();
const written = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const png = encodePng({ width: 2, height: 1, bitDepth: 16, colourType: 0, samples: [258, 65535] });

describe("readRaster", () => {
  it("knows PNG and JPEG by their content, whatever they are called", () => {
    expect(readRaster(written("really_png.jpg", png))).toMatchObject({ width: 2, height: 1, bitDepth: 16 });
    expect(Array.from(readRaster(written("plain.png", png)).data)).toEqual([258, 65535]);
    expect(readRaster(written("really_jpeg.png", jpegNamed("grey")))).toMatchObject({
      channels: 1,
      bitDepth: 8,
    });
    for (const name of ["really_png.jpg", "plain.png", "really_jpeg.png"]) verifyRaster(join(folder, name));
  });

  const nifti = Buffer.alloc(400);
  nifti.write("n+1\0", 344, "latin1");
  const dicom = Buffer.alloc(200);
  dicom.write("DICM", 128, "latin1");
  it.each([
    ["is empty", Buffer.alloc(0), undefined],
    ["is a DICOM file", dicom, "convert it to PNG"],
    ["is a NIfTI file", nifti, "LoadNifti"],
    ["is gzip-compressed", gzipSync(nifti), "LoadNifti"],
    ["is a TIFF file", Buffer.from("II*\0……"), "convert it to PNG"],
    ["is a BMP file", Buffer.from("BM……"), "convert it to PNG"],
    ["is a GIF file", Buffer.from("GIF89a…"), "convert it to PNG"],
    ["is a WebP file", Buffer.from("RIFF\0\0\0\0WEBPVP8 "), "convert it to PNG"],
    ["is a text or HTML file", Buffer.from("<!DOCTYPE html>"), "download the image itself"],
    ["is a Git LFS pointer", Buffer.from("version https://git-lfs.github.com/spec/v1"), "git lfs pull"],
    ["is neither PNG nor JPEG", Buffer.from("any"), undefined],
  ])("refuses what %s", (what, bytes, hint) => {
    const path = written("other.png", bytes);
    for (const act of [readRaster, verifyRaster]) {
      const error = tomoErrorOf(() => act(path));
      expect(error).toMatchObject({
        code: "TOMO_NOT_IMAGE",
        message: `${path} ${what}`,
        expected: "a PNG or JPEG file",
        where: { file: path },
      });
      if (hint === undefined) expect(error.hint).toBeUndefined();
      else expect(error.hint).toContain(hint);
    }
  });

  it("says which file is missing, and what is near", () => {
    written("film_001.png", png);
    expect(tomoErrorOf(() => verifyRaster(join(folder, "film_01.png")))).toMatchObject({
      code: "TOMO_FILE_MISSING",
      hint: "did you mean film_001.png?",
    });
    expect(tomoErrorOf(() => readRaster(folder))).toMatchObject({ code: "TOMO_FILE_UNREADABLE" });
  });
});

describeWithSharedData("png16", "readRaster on the corrupt files of PngSuite", () => {
  it.each([
    ["xc1n0g08", "has a colour type that PNG does not define", "1"],
    ["xc9n2c08", "has a colour type that PNG does not define", "9"],
    ["xcrn0g04", "has a damaged PNG signature", "first bytes 89504e470d0d1a0d"],
    ["xcsn0g01", "has a wrong checksum in its IDAT chunk", undefined],
    ["xd0n2c08", "has a bit depth that PNG does not allow for colour type 2", "0"],
    ["xd3n2c08", "has a bit depth that PNG does not allow for colour type 2", "3"],
    ["xd9n2c08", "has a bit depth that PNG does not allow for colour type 2", "99"],
    ["xdtn0g01", "has no image data (IDAT)", undefined],
    ["xhdn0g08", "has a wrong checksum in its IHDR chunk", undefined],
    ["xlfn0g04", "has a damaged PNG signature", "first bytes 89504e470a0a1a0a"],
    ["xs1n0g01", "has a damaged PNG signature", undefined],
    ["xs2n0g01", "has a damaged PNG signature", undefined],
    ["xs4n0g01", "has a damaged PNG signature", undefined],
    ["xs7n0g01", "has a damaged PNG signature", undefined],
  ])("%s %s", (name, message, given) => {
    const path = sharedData("png16", "pngsuite", `${name}.png`);
    for (const act of [readRaster, verifyRaster]) {
      const error = tomoErrorOf(() => act(path));
      expect(error).toMatchObject({ code: "TOMO_FILE_DAMAGED", message: `${path} ${message}` });
      if (given !== undefined) expect(error.given).toBe(given);
    }
  });
});

describeWithOracle(["PIL", "numpy"], "readRaster and Pillow", () => {
  const decoded = (paths: readonly string[]) =>
    runOracle<number[][]>(
      "import json, sys, numpy as np; from PIL import Image; print(json.dumps([np.asarray(Image.open(p)).ravel().tolist() for p in sys.argv[1:]]))",
      paths,
    );

  it("agree on every kind that Pillow does not change", () => {
    const kinds = [
      [0, 8],
      [0, 16],
      [2, 8],
      [4, 8],
      [6, 8],
    ].flatMap(([colourType, bitDepth]) =>
      [false, true].map((interlaced) => ({ colourType: colourType!, bitDepth: bitDepth!, interlaced })),
    );
    const [width, height] = [37, 23];
    const paths = kinds.map((kind, n) => {
      const count = width * height * samplesOf(kind.colourType);
      const samples = Array.from({ length: count }, (_, at) => (at * 7919 + at * at) % 2 ** kind.bitDepth);
      return written(
        `kind_${n}.png`,
        encodePng({ width, height, samples, filters: [0, 1, 2, 3, 4, 4], ...kind }),
      );
    });
    const theirs = decoded(paths);
    for (const [n, path] of paths.entries()) expect(Array.from(readRaster(path).data)).toEqual(theirs[n]);
  });
});
