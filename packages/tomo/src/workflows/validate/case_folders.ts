import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DatalistItem } from "../../config/datalist_item.ts";
import type { Sample } from "../../data/sample.ts";
import { makeFolder, writeFailure } from "../../io/atomic_file.ts";

/** The folder of a case under a writer's folder, made when asked for. */
export function caseFolder({ caseId }: Pick<Sample, "caseId">, root: string): string {
  const folder = join(root, ...caseId.split("/"));
  makeFolder(folder);
  return folder;
}

/** Name of the case without the folders that tell equal names apart. */
export const shortName = (caseId: string): string => caseId.split("/").at(-1)!;

/**
 * Removes what an earlier run wrote for these cases, so that nothing old can be taken for a result of this run.
 * Only files with names that Tomo gives (`<case>_….nii.gz`, `.nii`, `.png`) in the cases' folders.
 */
export function clearCases(roots: readonly string[], items: readonly DatalistItem[]): void {
  for (const root of new Set(roots))
    for (const { caseId } of items) {
      const folder = join(root, ...caseId.split("/"));
      if (!existsSync(folder)) continue;
      for (const name of readdirSync(folder))
        if (name.startsWith(`${shortName(caseId)}_`) && /\.(nii|nii\.gz|png)$/.test(name))
          remove(join(folder, name));
    }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}
