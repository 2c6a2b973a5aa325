import type { CatalogueEntry } from "./entry.ts";

export const configErrors = {
  TOMO_UNKNOWN_COMPONENT: {
    exit: 3,
    meaning: "A component `name` is not one that Tomo has for this place in the config.",
    remedy: "Use the suggested name, or run `tomo list`.",
  },
} as const satisfies Record<string, CatalogueEntry>;
