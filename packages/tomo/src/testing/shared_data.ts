import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

const repository = resolve(fileURLToPath(import.meta.url), "../../../../..");
const root = process.env.TOMO_SHARED_DATA ?? resolve(repository, "../shared/data");

/** Path inside the shared data of real images, whether or not it exists here. */
export const sharedData = (...parts: string[]): string => resolve(root, ...parts);

/** A suite over one folder of the shared data; where that is absent the suite is skipped and says so. */
export function describeWithSharedData(folder: string, name: string, suite: () => void): void {
  if (existsSync(sharedData(folder))) describe(name, suite);
  else {
    console.warn(`SKIPPED "${name}": no ${folder} in the shared data (set TOMO_SHARED_DATA)`);
    // the suite itself may read the data while it is collected
    it.skip(name, () => {});
  }
}
