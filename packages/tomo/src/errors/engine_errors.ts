import type { CatalogueEntry } from "./entry.ts";

export const engineErrors = {
  TOMO_ENGINE_MISSING: {
    exit: 5,
    meaning: "libtorch or the native addon could not be loaded.",
    remedy: "Run `npm run setup`, then `npx tomo doctor`.",
  },
} as const satisfies Record<string, CatalogueEntry>;
