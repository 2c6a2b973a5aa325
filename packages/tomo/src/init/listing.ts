import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { TomoError } from "../errors/tomo_error.ts";
import type { Folder } from "./found.ts";

const deepest = 6;
const mostFiles = 500_000;

/**
 * Lists the files below a folder, at most six folders deep; links are followed, hidden files and folders left out.
 * @param except absolute folder that is left out, with all below it: the MMAR itself
 * @throws TomoError TOMO_FILE_UNREADABLE, TOMO_DATA_LAYOUT where there are more than half a million files
 */
export function listFolder(root: string, except: string): Folder {
  const files: string[] = [];
  const seen = new Set<string>();
  const walk = (folder: string, below: string, depth: number): void => {
    const real = realpathSync(folder);
    if (depth > deepest || seen.has(real)) return;
    seen.add(real);
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (name.startsWith(".") || name === "__MACOSX" || path === except) continue;
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory()) walk(path, `${below}${name}/`, depth + 1);
      else if (stat?.isFile()) files.push(below + name);
      if (files.length > mostFiles) throw tooMany(root);
    }
  };
  walk(root, "", 0);
  return { root, files: files.sort(byNumber) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new TomoError("TOMO_FILE_UNREADABLE", "the folder cannot be read", {
      where: { file: folder },
      cause,
    });
  }
}

const tooMany = (root: string): TomoError =>
  new TomoError("TOMO_DATA_LAYOUT", `there are more than ${mostFiles} files`, {
    where: { file: root },
    hint: "name the folder of one data set, or a datalist, with --data",
  });

/** case_2 before case_10; the same on every machine. */
const { compare } = new Intl.Collator("en", { numeric: true });
const byNumber = (a: string, b: string): number => compare(a, b) || (a < b ? -1 : 1);
