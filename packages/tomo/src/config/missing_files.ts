import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { didYouMean } from "../errors/nearest.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { pathTrouble } from "./path_trouble.ts";
import type { ConfigPath } from "./source/path.ts";
import type { Source } from "./source/read.ts";

/** A path of a datalist: as written, where it stands, and what it means. */
export interface ItemPath {
  /** Absolute. */
  readonly file: string;
  readonly given: string;
  readonly path: ConfigPath;
}

/** Hints read folders, so only the first errors get one. */
const withHint = 100;

/** What the paths of a list are seen as. */
interface ListFolder {
  /** Absolute folder that they are relative to. */
  readonly baseDir: string;
  readonly key: string;
  /** Whether they may name folders. */
  readonly folders: boolean;
}

/**
 * One error for each file that does not exist, and for each folder where a file is wanted; one for all when none exists,
 * since then the folder is wrong.
 */
export function missingFiles(
  source: Source,
  paths: readonly ItemPath[],
  { baseDir, key, folders }: ListFolder,
): TomoError[] {
  const looked = paths.map((path) => ({ ...path, stat: statSync(path.file, { throwIfNoEntry: false }) }));
  const missing = looked.filter(({ stat }) => stat === undefined || (!folders && stat.isDirectory()));
  if (missing.length > 3 && missing.length === paths.length && missing[0]!.stat === undefined)
    return [noneExists(source, missing[0]!, missing.length, baseDir, key)];
  const entriesOf = folderReader();
  return missing.map(({ file, given, path, stat }, index) => {
    if (stat !== undefined)
      return new TomoError("TOMO_FILE_UNREADABLE", "this is a folder", {
        where: source.where(path),
        given,
        expected: "the path of a file",
      });
    return new TomoError("TOMO_FILE_MISSING", "the file does not exist", {
      where: source.where(path),
      given,
      expected: file === given ? undefined : file,
      hint: index < withHint ? (pathTrouble(given) ?? nearestFile(file, entriesOf)) : undefined,
    });
  });
}

const noneExists = (
  source: Source,
  { file, given, path }: ItemPath,
  count: number,
  baseDir: string,
  key: string,
): TomoError =>
  new TomoError("TOMO_FILE_MISSING", `none of the ${count} files of "${key}" exists`, {
    where: source.where(path),
    given,
    expected: file,
    hint: existsSync(baseDir)
      ? (pathTrouble(given) ??
        `paths are taken relative to ${baseDir}; set DATA_ROOT to the folder that holds them`)
      : `DATA_ROOT names ${JSON.stringify(baseDir).slice(1, -1)}, which does not exist${because(baseDir)}`,
  });

function because(folder: string): string {
  const trouble = pathTrouble(folder);
  return trouble === undefined ? "" : `: ${trouble}`;
}

/** Another extension, the nearest name in the folder, or the deepest folder that does exist. */
function nearestFile(file: string, entriesOf: (folder: string) => readonly string[]): string {
  const other = file.endsWith(".gz") ? file.slice(0, -3) : `${file}.gz`;
  if (existsSync(other)) return `did you mean "${basename(other)}"?`;
  let absent = file;
  while (!existsSync(dirname(absent)) && dirname(absent) !== absent) absent = dirname(absent);
  const folder = dirname(absent);
  const rest = relative(absent, file);
  const found = didYouMean(basename(absent), entriesOf(folder));
  if (found !== undefined) return rest === "" ? found : `${found} (for the folder ${basename(absent)})`;
  return `${folder} has no ${join(basename(absent), rest)}`;
}

/** Lists each folder once. */
function folderReader(): (folder: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (folder) => {
    const entries = known.get(folder) ?? readFolder(folder);
    known.set(folder, entries);
    return entries;
  };
}

function readFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
