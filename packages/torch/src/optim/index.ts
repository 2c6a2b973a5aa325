export type { Optimizer } from "./optimizer.ts";
