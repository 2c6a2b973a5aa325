import type { CatalogueEntry } from "./entry.ts";

export const runErrors = {
  TOMO_NOT_FINITE: {
    exit: 1,
    meaning: "The loss became NaN or infinite.",
    remedy: "Lower the learning rate, check the intensities, or turn AMP off; the last good checkpoint is named in the message.",
  },
} as const satisfies Record<string, CatalogueEntry>;
