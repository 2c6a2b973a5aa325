import { existsSync } from "node:fs";
import { ops, scope, type Tensor } from "@tomo/torch";
import { gunzip, gunzipHead, isGzip, largestRatio } from "../gzip.ts";
import { type OpenFile, truncated, withFile } from "../read_file.ts";
import { type VoxelArray, voxelTypes } from "./datatypes.ts";
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

/** An image with its voxels as the bytes of the file, in its byte order; colours as planes, as in NiftiImage. */
export interface StoredNifti extends NiftiHeader {
  /** uint8, one axis. */
  readonly bytes: Tensor;
}

/**
 * Reads .nii, .hdr with .img (either name may be given), each plain or gzip; whether it is gzip is seen from the
 * content, not from the name. Nothing is allocated beyond what the file can hold.
 * @throws TomoError TOMO_FILE_MISSING, TOMO_FILE_UNREADABLE, TOMO_NOT_NIFTI, TOMO_FILE_TRUNCATED,
 *   TOMO_FILE_DAMAGED, TOMO_FILE_TOO_LARGE, TOMO_NIFTI_UNSUPPORTED
 */
export function readStoredNifti(path: string): StoredNifti {
  return withFile(headerPath(path), (file) => {
    const header = headerOf(file);
    if (!header.pair) return { ...header, bytes: bytesOf(file, header) };
    return withFile(imagePath(file.path), (image) => ({ ...header, bytes: bytesOf(image, header) }));
  });
}

/** The voxels in an array of JavaScript's. @throws TomoError as readStoredNifti */
export const readNifti = (path: string): NiftiImage =>
  scope(() => {
    const { bytes, ...header } = readStoredNifti(path);
    // a view as wide as a voxel may have more than 4 GiB
    const words = ops.viewDtype(ops.clone(bytes), wordOf[voxelTypes[header.dtype].bytes]);
    const { buffer, byteOffset, byteLength } = words.toTypedArray();
    return {
      ...header,
      data: viewVoxels(buffer as ArrayBuffer, byteOffset, byteLength, header.dtype, header.littleEndian),
    };
  });

const wordOf = { 1: "uint8", 2: "int16", 4: "int32", 8: "int64" } as const;

/**
 * Checks the header and, as far as the file's length tells, that all voxels are there. Of gzip only the beginning is
 * unpacked.
 * @throws TomoError as readStoredNifti
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

/** Reads and checks only the header: a few hundred bytes, also of a .nii.gz. @throws TomoError as readStoredNifti */
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

function bytesOf(file: OpenFile, header: NiftiHeader): Tensor {
  const length = voxelBytes(header);
  return scope(() => {
    const bytes = isGzip(new Uint8Array(file.read(0, Math.min(file.size, 2))))
      ? unpacked(file, header.voxOffset, length)
      : file.readTensor(header.voxOffset, length);
    return header.channels === 1 ? bytes : planes(bytes, header.channels);
  });
}

/** The unpacked bytes [start, start + length). */
function unpacked(file: OpenFile, start: number, length: number): Tensor {
  const bytes = gunzip(file.readTensor(0, file.size), start + length, file.path);
  return ops.slice(bytes, { start });
}

/** Colour a voxel to one plane a channel. */
const planes = (interleaved: Tensor, channels: number): Tensor =>
  ops.flatten(ops.transpose(ops.reshape(interleaved, [-1, channels]), 0, 1));

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
