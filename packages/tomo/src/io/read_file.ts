import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { getSystemErrorName } from "node:util";
import { ops, readInto, type Tensor, TorchError } from "@tomo/torch";
import { closest, distance } from "fastest-levenshtein";
import { TomoError } from "../errors/tomo_error.ts";

/** A file open for reading, with its length known before anything is allocated. */
export interface OpenFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /**
   * The bytes [offset, offset + length) in a buffer of their own. Longer than 4 GiB is fine: only views of one
   * byte an element are limited.
   * @throws TomoError TOMO_FILE_TRUNCATED when the file does not reach that far
   */
  readonly read: (offset: number, length: number) => ArrayBuffer;
  /** The same as a uint8 tensor, which is read faster and freed by its scope. */
  readonly readTensor: (offset: number, length: number) => Tensor;
}

export interface ReadOptions {
  /** Bytes a system call; only tests change it. A call takes at most 2^31 - 1. */
  readonly pieceBytes?: number;
}

/** A named pipe would block a plain open until someone writes to it. */
const withoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a regular file for the duration of `use`.
 * @throws TomoError TOMO_FILE_MISSING (with the nearest name), TOMO_FILE_UNREADABLE
 */
export function withFile<T>(path: string, use: (file: OpenFile) => T, options: ReadOptions = {}): T {
  const descriptor = guarded(path, () => openSync(path, withoutWaiting));
  try {
    const stat = guarded(path, () => fstatSync(descriptor));
    if (!stat.isFile())
      throw new TomoError(
        "TOMO_FILE_UNREADABLE",
        `${path} is ${stat.isDirectory() ? "a folder" : "not a file"}`,
        {
          where: { file: resolve(path) },
          expected: "a file",
        },
      );
    const read = (offset: number, length: number) =>
      readRange(path, descriptor, stat.size, offset, length, options.pieceBytes ?? 2 ** 30);
    const readTensor = (offset: number, length: number) =>
      tensorOfRange(path, descriptor, stat.size, offset, length);
    return use({ path, size: stat.size, read, readTensor });
  } finally {
    closeSync(descriptor);
  }
}

/** The whole file. @throws TomoError as withFile */
export const readFile = (path: string, options: ReadOptions = {}): ArrayBuffer =>
  withFile(path, (file) => file.read(0, file.size), options);

function readRange(
  path: string,
  descriptor: number,
  size: number,
  offset: number,
  length: number,
  pieceBytes: number,
): ArrayBuffer {
  if (offset + length > size) throw truncated(path, offset + length, size);
  const buffer = allocate(path, length);
  for (let done = 0; done < length; ) {
    const piece = new Uint8Array(buffer, done, Math.min(pieceBytes, length - done));
    const count = guarded(path, () => readSync(descriptor, piece, 0, piece.byteLength, offset + done));
    // the file got shorter while it was read
    if (count === 0) throw truncated(path, offset + length, offset + done);
    done += count;
  }
  return buffer;
}

function tensorOfRange(
  path: string,
  descriptor: number,
  size: number,
  offset: number,
  length: number,
): Tensor {
  if (offset + length > size) throw truncated(path, offset + length, size);
  const bytes = emptyBytes(length, path);
  const count = readInto(bytes, descriptor, offset);
  if (count < 0) {
    const code = getSystemErrorName(count);
    throw readFailure(path, Object.assign(new Error(`${code}, read`), { code }));
  }
  // the file got shorter while it was read
  if (count < length) throw truncated(path, offset + length, offset + count);
  return bytes;
}

/** A uint8 tensor, not initialised. @throws TomoError TOMO_FILE_TOO_LARGE */
export function emptyBytes(length: number, path: string): Tensor {
  try {
    return ops.empty([length], { dtype: "uint8" });
  } catch (cause) {
    if (!(cause instanceof TorchError && cause.code === "TORCH_OUT_OF_MEMORY")) throw cause;
    throw tooLarge(path, length, "the memory that the system gives", cause);
  }
}

function allocate(path: string, bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw tooLarge(path, bytes, "the memory that Node can get", cause);
  }
}

export const tooLarge = (path: string, bytes: number, limit: string, cause?: unknown): TomoError =>
  new TomoError("TOMO_FILE_TOO_LARGE", `${path} needs ${bytes} bytes`, {
    where: { file: resolve(path) },
    expected: `at most ${limit}`,
    cause,
  });

export const truncated = (path: string, needed: number, present: number): TomoError =>
  new TomoError("TOMO_FILE_TRUNCATED", `${path} ends too early`, {
    where: { file: resolve(path) },
    given: `${present} bytes`,
    expected: `at least ${needed} bytes`,
    hint: "copy or download the file again",
  });

function guarded<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

function readFailure(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error && "code" in cause)) return cause;
  const where = { file: resolve(path) };
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR")
    return new TomoError("TOMO_FILE_MISSING", `no file ${path}`, {
      where,
      hint: nearestHint(resolve(path)),
      cause,
    });
  const reason = cause.code === "EACCES" || cause.code === "EPERM" ? "no permission" : cause.message;
  return new TomoError("TOMO_FILE_UNREADABLE", `cannot read ${path}: ${reason}`, { where, cause });
}

/** Names the most similar file beside the missing one, or the first folder of the path that does not exist. */
function nearestHint(path: string): string {
  const folder = dirname(path);
  const names = namesIn(folder);
  if (names === null) return folder === path ? "the path does not exist" : missingFolderHint(folder);
  const name = basename(path);
  if (names.length === 0) return `the folder ${folder} is empty`;
  const nearest = closest(name, names);
  return distance(name, nearest) <= Math.max(3, name.length / 3)
    ? `did you mean ${nearest}?`
    : `the folder ${folder} has ${names.length} other names, none like it`;
}

function missingFolderHint(folder: string): string {
  const above = dirname(folder);
  if (above !== folder && namesIn(above) === null) return missingFolderHint(above);
  return `there is no folder ${folder}`;
}

function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}
