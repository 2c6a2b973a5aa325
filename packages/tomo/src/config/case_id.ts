import { basename, dirname, isAbsolute, relative } from "node:path";

const imageExtension = /\.(nii|nii\.gz|hdr|img|img\.gz|png|jpe?g|npy|dcm|nrrd|mha|mhd)$/i;

/**
 * A unique, readable name for each file: its base name without extension; where several files share it, with their
 * folders below the data folder (`siteA/ct`); where the same file stands in the list twice, with a counter.
 * @param files absolute paths, one a case
 * @param baseDir absolute path that folders are taken relative to
 */
export function caseIds(files: readonly string[], baseDir: string): string[] {
  const short = files.map(nameOf);
  const count = tally(short);
  const long = files.map((file, index) => {
    const name = short[index]!;
    return count.get(name) === 1 ? name : [...folderOf(file, baseDir), name].join("/");
  });
  return unique(long);
}

function nameOf(file: string): string {
  const name = basename(file).replace(imageExtension, "");
  return /^\.*$/.test(name) ? "case" : name;
}

/** Folders between base and file, without steps that would leave a folder the case id is used in. */
function folderOf(file: string, baseDir: string): string[] {
  const below = relative(baseDir, dirname(file));
  const folder = below.startsWith("..") || isAbsolute(below) ? dirname(file) : below;
  return folder
    .split(/[\\/]/)
    .filter((step) => step !== "" && step !== "." && step !== ".." && !step.endsWith(":"));
}

function unique(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = 2;
    while (taken.has(`${name}-${number}`)) number++;
    const next = `${name}-${number}`;
    taken.add(next);
    return next;
  });
}

function tally(names: readonly string[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  return count;
}
