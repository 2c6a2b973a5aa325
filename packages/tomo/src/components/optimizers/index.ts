import { Adam } from "./adam.ts";

export const optimizers = [Adam] as const;
