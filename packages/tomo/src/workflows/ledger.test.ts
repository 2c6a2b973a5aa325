import { describe, expect, it } from "vitest";
import {
  addTimes,
  bottleneckOf,
  bottleneckOfCases,
  emptyLedger,
  ledgerOfCases,
  noCaseTime,
  totalOf,
} from "./ledger.ts";

describe("the ledger", () => {
  it("adds by cause", () => {
    const once = addTimes(emptyLedger, { wait: 1, forward: 2 });
    expect(addTimes(once, { forward: 3, checkpoint: 4 })).toEqual({
      ...emptyLedger,
      wait: 1,
      forward: 5,
      checkpoint: 4,
    });
    expect(totalOf(addTimes(once, { forward: 3 }))).toBe(6);
  });

  it.each([
    [{ forward: 3, backward: 6, wait: 1 }, /the network is the bottleneck: 90 %/],
    [{ forward: 3, wait: 7 }, /waiting for data is the bottleneck, with 70 % of the time: raise num_workers/],
    [{ forward: 3, validation: 7 }, /validation is the bottleneck.*num_training_epoch_per_valid/],
    [{ checkpoint: 5, wait: 1 }, /writing checkpoints/],
    [{}, /nothing was run/],
  ])("of %o says %s", (times, expected) => {
    expect(bottleneckOf(addTimes(emptyLedger, times))).toMatch(expected);
  });
});

describe("the time of cases", () => {
  it.each([
    [{ inference: 8, wait: 2 }, "inference is the bottleneck, with 80 % of the time"],
    [{ wait: 3, inference: 1 }, "waiting for cases to be read is the bottleneck, with 75 % of the time"],
    [{ writing: 1, scoring: 1, post: 2 }, "post-processing is the bottleneck, with 50 % of the time"],
    [{}, "nothing was run"],
  ])("of %o says %s", (time, expected) => {
    expect(bottleneckOfCases({ ...noCaseTime, ...time })).toBe(expected);
  });

  it("keeps its sum in the ledger", () => {
    const time = { wait: 1, inference: 2, post: 4, scoring: 8, writing: 16 };
    expect(ledgerOfCases(time)).toEqual({ ...emptyLedger, wait: 1, forward: 2, validation: 28 });
  });
});
