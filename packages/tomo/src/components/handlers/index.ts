import { EarlyStop } from "./early_stop.ts";
import { StatsHandler } from "./stats_handler.ts";

export const handlers = [EarlyStop, StatsHandler] as const;
