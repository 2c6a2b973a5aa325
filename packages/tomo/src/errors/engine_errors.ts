import type { CatalogueEntry } from "./entry.ts";

export const engineErrors = {
  TOMO_ENGINE_MISSING: {
    exit: 5,
    meaning: "libtorch or the native addon could not be loaded.",
    remedy: "Run `npm run setup`, then `npx tomo doctor`.",
  },
  TOMO_BAD_DEVICE: {
    exit: 5,
    meaning: "The device asked for does not exist or cannot be used.",
    remedy: "Use one of the devices in the message; `npx tomo doctor` shows what was found.",
  },
} as const satisfies Record<string, CatalogueEntry>;
