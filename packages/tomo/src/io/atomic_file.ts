import { randomUUID } from "node:crypto";
import * as nodeFs from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { TomoError } from "../errors/tomo_error.ts";

/** The calls that writing needs; tests hand in faulty ones. */
export type WritableFs = Pick<
  typeof nodeFs,
  "openSync" | "writeSync" | "fsyncSync" | "closeSync" | "renameSync" | "rmSync" | "mkdirSync" | "readdirSync"
>;

export interface AtomicOptions {
  readonly fs?: WritableFs;
}

/** One file's content: text, bytes, or bytes in pieces (never joined in memory). */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/** writeSync takes at most 2^31 - 1 bytes a call. */
const pieceBytes = 2 ** 30;
const temporaryMark = ".tomo-tmp-";

/**
 * Writes a file so that its name holds the old content or the new one, never a part, whatever happens (full disk,
 * kill -9, power cut): temporary file in the same folder, fsync, rename, fsync of the folder.
 * @throws TomoError TOMO_WRITE_FAILED; the temporary file is removed and an older file is left as it was.
 */
export function writeFileAtomic(path: string, content: FileContent, options: AtomicOptions = {}): void {
  const fs = options.fs ?? nodeFs;
  const temporary = temporaryName(path);
  replaceWith(fs, path, temporary, () => {
    const file = fs.openSync(temporary, "wx");
    try {
      for (const chunk of chunksOf(content)) writeAll(fs, file, chunk);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  });
}

/**
 * Makes a whole folder appear at once: `fill` writes into a temporary folder beside it, which is then synced and
 * renamed. The target must not exist, or be an empty folder.
 * @throws TomoError TOMO_WRITE_FAILED; whatever `fill` throws is passed on. The temporary folder is removed.
 */
export function writeFolderAtomic(
  path: string,
  fill: (temporary: string) => void,
  options: AtomicOptions = {},
): void {
  const fs = options.fs ?? nodeFs;
  const temporary = temporaryName(path);
  replaceWith(fs, path, temporary, () => {
    fs.mkdirSync(temporary);
    fill(temporary);
    syncTree(fs, temporary);
  });
}

/** Makes a folder and those above it. @throws TomoError TOMO_WRITE_FAILED */
export function makeFolder(path: string, options: AtomicOptions = {}): void {
  try {
    (options.fs ?? nodeFs).mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** Removes what killed writers left in a folder. Only for a folder that nobody else is writing to. */
export function removeLeftovers(folder: string, options: AtomicOptions = {}): void {
  const fs = options.fs ?? nodeFs;
  for (const name of fs.readdirSync(folder))
    if (name.startsWith(".") && name.includes(temporaryMark))
      fs.rmSync(join(folder, name), { recursive: true, force: true });
}

const temporaryName = (path: string): string =>
  join(dirname(resolve(path)), `.${basename(path).slice(0, 100)}${temporaryMark}${randomUUID()}`);

function replaceWith(fs: WritableFs, path: string, temporary: string, write: () => void): void {
  try {
    write();
    fs.renameSync(temporary, path);
    syncFolder(fs, dirname(resolve(path)));
  } catch (cause) {
    removeQuietly(fs, temporary);
    throw writeFailure(path, cause);
  }
}

function removeQuietly(fs: WritableFs, path: string): void {
  try {
    fs.rmSync(path, { recursive: true, force: true });
  } catch {
    // the first error is the one to report
  }
}

function chunksOf(content: FileContent): Iterable<Uint8Array> {
  if (typeof content === "string") return [Buffer.from(content, "utf8")];
  return content instanceof Uint8Array ? [content] : content;
}

function writeAll(fs: WritableFs, file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; )
    done += fs.writeSync(file, bytes, done, Math.min(pieceBytes, bytes.byteLength - done));
}

function syncTree(fs: WritableFs, folder: string): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(fs, path);
    else if (entry.isFile()) syncPath(fs, path);
  }
  syncFolder(fs, folder);
}

function syncPath(fs: WritableFs, path: string): void {
  const file = fs.openSync(path, "r");
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/** Some file systems cannot sync a folder; there the rename is as durable as it gets. */
export function syncFolder(fs: WritableFs, folder: string): void {
  try {
    syncPath(fs, folder);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EPERM", "EISDIR", "EACCES", "EBADF"].includes(codeOf(error))) throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

const reasons: Record<string, readonly [reason: string, remedy: string]> = {
  ENOSPC: ["the disk is full", "free some space or choose a folder on another disk"],
  EDQUOT: ["the disk quota is used up", "free some space or choose a folder on another disk"],
  EACCES: ["no permission to write there", "change the permissions of the folder or choose another one"],
  EPERM: ["the system does not permit it", "change the permissions of the folder or choose another one"],
  EROFS: ["the file system is read-only", "choose a folder on a writable disk"],
  ENOENT: ["its folder does not exist", "make the folder first"],
  ENOTDIR: ["a part of its path is a file, not a folder", "choose another folder"],
  EISDIR: ["a folder of that name exists", "remove the folder or choose another name"],
  EEXIST: ["that name exists already", "remove it or choose another name"],
  ENOTEMPTY: ["a folder of that name exists already", "remove it or choose another name"],
  EFBIG: ["the file is larger than the file system allows", "choose a folder on another disk"],
  EIO: ["the disk reports an error", "check the disk"],
};

/** System errors become TOMO_WRITE_FAILED; every other error (a bug, a caller's own) stays itself. */
export function writeFailure(path: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === "" || cause instanceof TomoError || !(cause instanceof Error && "syscall" in cause))
    return cause;
  const [reason, hint] = reasons[code] ?? [cause.message, "check the disk and the folder"];
  return new TomoError("TOMO_WRITE_FAILED", `cannot write ${path}: ${reason} (${code})`, {
    where: { file: resolve(path) },
    hint,
    cause,
  });
}
