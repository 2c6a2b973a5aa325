// Where things lie that rows need.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const tomoCommand = join(root, "packages", "tomo", "bin", "tomo.js");
/** Real images; not every machine has them. */
export const shared = process.env.TOMO_SHARED_DATA ?? join(root, "..", "shared", "data");
