import type { LoadingTimes } from "../pipeline/loading_times.ts";
import type { Breakdown } from "../workflows/events.ts";
import { noCaseTime } from "../workflows/ledger.ts";

export const noBreakdown: Breakdown = {
  training: null,
  validation: null,
  cases: noCaseTime,
  operators: null,
};

export const loadingTimes = (given: Partial<LoadingTimes> = {}): LoadingTimes => ({
  workers: 0,
  transforms: [],
  seconds: 0,
  repeated: 0,
  cases: 1,
  cache: null,
  ...given,
});
