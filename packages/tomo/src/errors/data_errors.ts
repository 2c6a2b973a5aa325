import type { CatalogueEntry } from "./entry.ts";

export const dataErrors = {
  TOMO_FILE_MISSING: {
    exit: 4,
    meaning: "A file that the datalist or the config names does not exist.",
    remedy: "Check DATA_ROOT, DATASET_JSON and the item paths.",
  },
} as const satisfies Record<string, CatalogueEntry>;
