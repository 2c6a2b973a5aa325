import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";

const key = "tomo: folder of translated files";

/**
 * A folder of this process alone, in which the first thread leaves the JavaScript that it made of users' files, so that
 * the others need not load a compiler. Jiti's own folder is shared by all users of a machine, who could then run code
 * as one another. False in a thread whose process has none.
 */
export function translations(): string | false {
  const known = knownTranslations();
  if (known !== null) return known;
  if (!isMainThread) return false;
  const folder = mkdtempSync(join(tmpdir(), "tomo-own-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  useTranslations(folder);
  return folder;
}

/** The folder, where there is one by now. */
export function knownTranslations(): string | null {
  const known = getEnvironmentData(key);
  return typeof known === "string" ? known : null;
}

/** Makes the folder known to this thread and to those that it starts from now on. */
export const useTranslations = (folder: string): void => setEnvironmentData(key, folder);
