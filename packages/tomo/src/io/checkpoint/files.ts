import { createHash } from "node:crypto";
import * as nodeFs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { TomoError } from "../../errors/tomo_error.ts";
import {
  type FileContent,
  syncFolder,
  type WritableFs,
  writeFailure,
  writeFileAtomic,
  writeFolderAtomic,
} from "../atomic_file.ts";
import { readFile } from "../read_file.ts";

/** Length and hash of one file of a checkpoint: what loading compares. */
export interface FileSeal {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** The file that says what the others are; written last. */
export const stateFile = "state.json";

export const previousOf = (path: string): string => `${path}.previous`;
export const nextOf = (path: string): string => `${path}.next`;

/**
 * Writes a folder of files so that at every instant, whatever happens, `path` or `path.previous` is a whole
 * checkpoint (or `path.next`, where the other two are damaged): the new one is written and synced as `path.next`; then
 * the older generation is removed, the present one becomes `path.previous`, and the new one takes its place.
 * @param state gives the content of state.json from the seals of the files
 * @throws TomoError TOMO_WRITE_FAILED; the checkpoint that was there stays
 */
export function writeCheckpointFiles(
  path: string,
  files: Readonly<Record<string, FileContent>>,
  state: (seals: Readonly<Record<string, FileSeal>>) => string,
  fs: WritableFs = nodeFs,
): void {
  const next = nextOf(path);
  guarded(path, () => fs.rmSync(next, { recursive: true, force: true }));
  const fill = (folder: string): void => {
    const seals: Record<string, FileSeal> = {};
    for (const [name, content] of Object.entries(files))
      seals[name] = writeSealed(join(folder, name), content, fs);
    writeFileAtomic(join(folder, stateFile), state(seals), { fs });
  };
  writeFolderAtomic(next, fill, { fs });
  guarded(path, () => rotate(path, next, fs));
}

function rotate(path: string, next: string, fs: WritableFs): void {
  if (exists(path, fs)) {
    fs.rmSync(previousOf(path), { recursive: true, force: true });
    fs.renameSync(path, previousOf(path));
  }
  fs.renameSync(next, path);
  syncFolder(fs, dirname(resolve(path)));
}

function exists(path: string, fs: WritableFs): boolean {
  try {
    fs.readdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function writeSealed(path: string, content: FileContent, fs: WritableFs): FileSeal {
  const hash = createHash("sha256");
  let bytes = 0;
  const chunks =
    typeof content === "string"
      ? [Buffer.from(content)]
      : content instanceof Uint8Array
        ? [content]
        : content;
  function* counted(): Generator<Uint8Array> {
    for (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  writeFileAtomic(path, counted(), { fs });
  return { bytes, sha256: hash.digest("hex") };
}

/**
 * Reads a file of a checkpoint and compares it with its seal.
 * @throws TomoError TOMO_CHECKPOINT_DAMAGED
 */
export function readSealed(folder: string, name: string, seal: FileSeal): ArrayBuffer {
  const path = join(folder, name);
  let content: ArrayBuffer;
  try {
    content = readFile(path);
  } catch (cause) {
    throw damaged(folder, `${name} cannot be read`, cause);
  }
  if (content.byteLength !== seal.bytes)
    throw damaged(folder, `${name} has ${content.byteLength} bytes instead of ${seal.bytes}`);
  const found = createHash("sha256").update(new Uint8Array(content)).digest("hex");
  if (found !== seal.sha256) throw damaged(folder, `the sha256 of ${name} differs`);
  return content;
}

export const damaged = (folder: string, reason: string, cause?: unknown): TomoError =>
  new TomoError("TOMO_CHECKPOINT_DAMAGED", `the checkpoint ${folder} is damaged: ${reason}`, {
    where: { file: folder },
    hint: "copy it again, or use another checkpoint",
    cause,
  });

function guarded<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}
