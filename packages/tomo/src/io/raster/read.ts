import { decodeJpeg } from "../jpeg/read.ts";
import { isJpeg, parseJpeg } from "../jpeg/structure.ts";
import { decodePng } from "../png/read.ts";
import { isPng, parsePng, wasPng } from "../png/structure.ts";
import { tooLarge, withFile } from "../read_file.ts";
import { rasterFault } from "./fault.ts";
import type { Raster } from "./raster.ts";

/**
 * Reads a PNG or JPEG; which one it is is seen from the content, not from the name. Nothing is allocated beyond what
 * the file can hold.
 * @throws TomoError TOMO_FILE_MISSING, TOMO_FILE_UNREADABLE, TOMO_NOT_IMAGE, TOMO_FILE_TRUNCATED, TOMO_FILE_DAMAGED,
 *   TOMO_FILE_TOO_LARGE, TOMO_FILE_UNSUPPORTED
 */
export const readRaster = (path: string): Raster => withKind(path, decodePng, decodeJpeg);

/**
 * Checks header, structure and, of a PNG, all checksums; decodes nothing. The file is read as a whole.
 * @throws TomoError as readRaster
 */
export function verifyRaster(path: string): void {
  withKind<unknown>(path, parsePng, parseJpeg);
}

/** Size in pixels, and whether the file can hold grey only. @throws TomoError as readRaster, but for damaged pixels */
export const rasterSize = (
  path: string,
): { readonly width: number; readonly height: number; readonly grey: boolean } =>
  withKind(
    path,
    (bytes, file) => {
      const { width, height, colourType } = parsePng(bytes, file).header;
      return { width, height, grey: colourType === 0 || colourType === 4 };
    },
    (bytes, file) => {
      const { width, height, channels } = parseJpeg(bytes, file);
      return { width, height, grey: channels === 1 };
    },
  );

/** More than the largest picture that is decoded takes, compressed badly. */
const mostBytes = 2 ** 30;

type Reader<T> = (bytes: Buffer, path: string) => T;

function withKind<T>(path: string, png: Reader<T>, jpeg: Reader<T>): T {
  const bytes = withFile(path, ({ size, read }) => {
    if (size > mostBytes) throw tooLarge(path, size, `${mostBytes} bytes for a PNG or JPEG file`);
    return Buffer.from(read(0, size));
  });
  if (isPng(bytes)) return png(bytes, path);
  if (isJpeg(bytes)) return jpeg(bytes, path);
  if (bytes.length === 0) throw rasterFault("TOMO_NOT_IMAGE", path, "is empty", { expected });
  if (wasPng(bytes))
    throw rasterFault("TOMO_FILE_DAMAGED", path, "has a damaged PNG signature", {
      given: `first bytes ${hex(bytes)}`,
      expected: "89504e470d0a1a0a",
      hint: "copy the file again, as binary data: a transfer as text changes line ends",
    });
  const other = others.find(([, at, text]) => bytes.toString("latin1", at, at + text.length) === text);
  throw rasterFault("TOMO_NOT_IMAGE", path, `is ${other?.[0] ?? "neither PNG nor JPEG"}`, {
    given: `first bytes ${hex(bytes)}`,
    expected,
    hint: other?.[3],
  });
}

const expected = "a PNG or JPEG file";
const hex = (bytes: Buffer) => bytes.subarray(0, 8).toString("hex");

const convert = "convert it to PNG, grey or RGB, with 8 or 16 bits";
/** What is often found under the name of a picture, where its magic stands, and what to do. */
const others: readonly (readonly [name: string, offset: number, magic: string, hint: string])[] = [
  ["a DICOM file", 128, "DICM", convert],
  ["a NIfTI file", 344, "n+1\0", "load it with LoadNifti"],
  ["gzip-compressed", 0, "\x1f\x8b", "load .nii.gz files with LoadNifti; unpack others"],
  ["a TIFF file", 0, "II*\0", convert],
  ["a TIFF file", 0, "MM\0*", convert],
  ["a BMP file", 0, "BM", convert],
  ["a GIF file", 0, "GIF8", convert],
  ["a WebP file", 8, "WEBP", convert],
  ["a JPEG 2000 file", 4, "jP  ", convert],
  ["a text or HTML file", 0, "<", "download the image itself, not the page about it"],
  ["a Git LFS pointer", 0, "version https://git-lfs", "fetch the data with git lfs pull"],
];
