import { existsSync } from "node:fs";
import { gunzip, gunzipHead, isGzip, largestRatio } from "../gzip.ts";
import { type OpenFile, tooLarge, truncated, withFile } from "../read_file.ts";
import type { VoxelArray } from "./datatypes.ts";
import { headerBytes, type NiftiHeader, parseHeader, voxelBytes } from "./header.ts";
import { viewVoxels } from "./voxels.ts";

/**
 * An image with its voxels as stored (not scaled), in FILE ORDER: the first index of `shape` runs fastest (Fortran
 * order). A row-major library sees it as an array of the reversed shape whose axes are then permuted back:
 * `tensor(data, reverse(shape)).permute(rank - 1, …, 0)`. Colours come as planes: channel is the slowest axis.
 */
export interface NiftiImage extends NiftiHeader {
  readonly data: VoxelArray;
}

/**
 * Reads .nii, .hdr with .img (either name may be given), each plain or gzip; whether it is gzip is seen from the
 * content, not from the name. Nothing is allocated beyond what the file can hold.
 * @throws TomoError TOMO_FILE_MISSING, TOMO_FILE_UNREADABLE, TOMO_NOT_NIFTI, TOMO_FILE_TRUNCATED,
 *   TOMO_FILE_DAMAGED, TOMO_FILE_TOO_LARGE, TOMO_NIFTI_UNSUPPORTED
 */
export function readNifti(path: string): NiftiImage {
  return withFile(headerPath(path), (file) => {
    const header = headerOf(file);
    if (!header.pair) return { ...header, data: voxelsOf(file, header) };
    return withFile(imagePath(file.path), (image) => ({ ...header, data: voxelsOf(image, header) }));
  });
}

/**
 * Checks the header and, as far as the file's length tells, that all voxels are there. Of gzip only the beginning is
 * unpacked.
 * @throws TomoError as readNifti
 */
export const verifyNifti = (path: string): void =>
  withFile(headerPath(path), (file) => {
    const header = headerOf(file);
    if (header.pair) withFile(imagePath(file.path), (image) => requireLength(image, header));
    else requireLength(file, header);
  });

function requireLength(file: OpenFile, header: NiftiHeader): void {
  const needed = header.voxOffset + voxelBytes(header);
  const packed = isGzip(new Uint8Array(file.read(0, Math.min(file.size, 2))));
  const most = packed ? file.size * largestRatio : file.size;
  if (needed > most) throw truncated(file.path, needed, most);
}

/** Reads and checks only the header: a few hundred bytes, also of a .nii.gz. @throws TomoError as readNifti */
export const readNiftiHeader = (path: string): NiftiHeader => withFile(headerPath(path), headerOf);

function headerOf(file: OpenFile): NiftiHeader {
  // a gzip header can hold a long file name before the first compressed byte
  for (const length of [2048, 2 ** 17]) {
    const bytes = new Uint8Array(file.read(0, Math.min(file.size, length)));
    if (!isGzip(bytes)) return parseHeader(bytes, file.path);
    const head = gunzipHead(bytes, headerBytes, file.path);
    if (head.length === headerBytes || length >= file.size) return parseHeader(head, file.path);
  }
  throw truncated(file.path, headerBytes, 0);
}

function voxelsOf(file: OpenFile, header: NiftiHeader): VoxelArray {
  const length = voxelBytes(header);
  const { buffer, offset } = isGzip(new Uint8Array(file.read(0, Math.min(file.size, 2))))
    ? unpacked(file, header.voxOffset, length)
    : { buffer: file.read(header.voxOffset, length), offset: 0 };
  if (header.channels !== 1) return planes(new Uint8Array(buffer, offset, length), header.channels);
  return viewVoxels(buffer, offset, length, header.dtype, header.littleEndian);
}

/** The unpacked bytes [start, start + length): a view where it is aligned and the rest of the buffer is small. */
function unpacked(file: OpenFile, start: number, length: number): { buffer: ArrayBuffer; offset: number } {
  if (file.size >= 2 ** 32) throw tooLarge(file.path, file.size, "4 GiB of compressed data");
  const bytes = gunzip(new Uint8Array(file.read(0, file.size)), start + length, file.path);
  const offset = bytes.byteOffset + start;
  if (offset % 8 === 0 && length > 2 ** 20 && start < length)
    return { buffer: bytes.buffer as ArrayBuffer, offset };
  return { buffer: Uint8Array.from(bytes.subarray(start)).buffer, offset: 0 };
}

/** Colour a voxel to one plane a channel. */
function planes(interleaved: Uint8Array, channels: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(interleaved.length);
  const voxels = interleaved.length / channels;
  for (let channel = 0; channel < channels; channel++)
    for (let voxel = 0; voxel < voxels; voxel++)
      result[channel * voxels + voxel] = interleaved[voxel * channels + channel]!;
  return result;
}

/** The .hdr of an .img, else the path itself. */
function headerPath(path: string): string {
  const match = /^(.*)\.img(\.gz)?$/i.exec(path);
  return match === null ? path : sibling(match[1]!, "hdr", match[2] ?? "");
}

/** The .img of a .hdr; a gzip header may go with a plain image and the other way round. */
function imagePath(path: string): string {
  const match = /^(.*)\.(?:hdr|nii)(\.gz)?$/i.exec(path);
  return match === null ? `${path}.img` : sibling(match[1]!, "img", match[2] ?? "");
}

function sibling(stem: string, extension: "hdr" | "img", gz: string): string {
  const [like, other] = [`${stem}.${extension}${gz}`, `${stem}.${extension}${gz === "" ? ".gz" : ""}`];
  return !existsSync(like) && existsSync(other) ? other : like;
}
