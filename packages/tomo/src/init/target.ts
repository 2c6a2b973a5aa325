import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { TomoError } from "../errors/tomo_error.ts";
import { makeFolder, writeFileAtomic, writeFolderAtomic } from "../io/atomic_file.ts";
import { readmeMark } from "./readme.ts";

/** Text of each file, by its path in the MMAR. */
export type MmarFiles = ReadonlyMap<string, string>;

export interface Written {
  readonly created: readonly string[];
  /** Were there before, with `--force`. */
  readonly replaced: readonly string[];
  /** Are somebody's own and stay as they are. */
  readonly kept: readonly string[];
}

/** @throws TomoError TOMO_INIT_FOLDER for a folder that is not empty, unless forced, and for a file */
export function requireTarget(folder: string, force: boolean): void {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const where = { file: folder };
  if (!stat.isDirectory()) throw new TomoError("TOMO_INIT_FOLDER", "this is a file, not a folder", { where });
  const names = readdirSync(folder);
  if (names.length === 0 || force) return;
  throw new TomoError("TOMO_INIT_FOLDER", "the folder for the MMAR is not empty", {
    where,
    given: names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : ""),
    expected: "a new folder, or an empty one",
    hint: "--force writes config/, README.md and .vscode/ into it and leaves all other files alone",
  });
}

/**
 * Writes the files. A new folder appears as a whole; in one that is there, only files of these names are touched, and
 * of them no README.md or settings of VS Code that init did not write.
 * @throws TomoError TOMO_WRITE_FAILED
 */
export function writeMmar(folder: string, files: MmarFiles): Written {
  if (!existsSync(folder)) {
    makeFolder(dirname(folder));
    writeFolderAtomic(folder, (temporary) => {
      for (const [path, text] of files) writeInto(temporary, path, text);
    });
    return { created: [...files.keys()], replaced: [], kept: [] };
  }
  const written = { created: [] as string[], replaced: [] as string[], kept: [] as string[] };
  for (const [path, text] of files) {
    const file = join(folder, path);
    const there = existsSync(file);
    if (there && isForeign(file, path, text)) written.kept.push(path);
    else {
      writeInto(folder, path, text);
      written[there ? "replaced" : "created"].push(path);
    }
  }
  return written;
}

function writeInto(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  makeFolder(dirname(file));
  writeFileAtomic(file, text);
}

function isForeign(file: string, path: string, text: string): boolean {
  if (path === "README.md") return !readFileSync(file, "utf8").startsWith(readmeMark);
  return path === ".vscode/settings.json" && readFileSync(file, "utf8") !== text;
}
