import { describe, expect, it } from "vitest";
import {
  bytesText,
  countText,
  durationText,
  metricText,
  plural,
  rateText,
  timeShares,
  trainNames,
} from "./words.ts";

it.each([
  [0.04, "0.0 s"], [9.94, "9.9 s"], [9.96, "10 s"], [59.6, "1 min 00 s"], [125, "2 min 05 s"], [3599.7, "1 h 00 min"],
  [7620, "2 h 07 min"], [86_399, "1 d 00 h"], [273_600, "3 d 04 h"], [Number.NaN, "?"],
] as const)("%d seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
}); // biome-ignore format: pairs

it("numbers", () => {
  expect([0.5, Number.NaN].map(metricText)).toEqual(["0.5000", "–"]);
  expect([1e-4, 2.5e-3, 0.05, 0].map(rateText)).toEqual(["1e-4", "2.5e-3", "0.05", "0"]);
  expect([980, 12_345, 4_560_000].map(countText)).toEqual(["980", "12.3 k", "4.56 M"]);
  expect([980, 1_250_000_000].map(bytesText)).toEqual(["980 B", "1.25 GB"]);
  expect([plural(1, "case"), plural(0, "case")]).toEqual(["1 case", "0 cases"]);
});

describe("timeShares", () => {
  const none = { wait: 0, transfer: 0, forward: 0, backward: 0, optimizer: 0, validation: 0, checkpoint: 0 };

  it("adds up to one but for what is too small to name", () => {
    expect(timeShares({ ...none, wait: 1, forward: 2.999, optimizer: 0.001 }, trainNames)).toEqual([
      ["data", 0.25],
      ["forward", expect.closeTo(0.74975, 9)],
    ]);
    expect(timeShares(none, trainNames)).toEqual([]);
  });
});
