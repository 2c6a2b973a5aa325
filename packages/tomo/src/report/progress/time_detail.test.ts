import { expect, it } from "vitest";
import { loadingTimes, noBreakdown } from "../../testing/breakdown.ts";
import { noCaseTime } from "../../workflows/ledger.ts";
import { detailRows, shareTexts } from "./time_detail.ts";

it("details a profiled run only", () => {
  const training = loadingTimes({
    transforms: [
      { name: "Crop", calls: 4, seconds: 1 },
      { name: "LoadNifti", calls: 4, seconds: 3 },
    ],
  });
  expect(detailRows({ ...noBreakdown, training })).toEqual([]);
  const conv = { phase: "forward", name: "aten::conv3d", kind: "convolution", calls: 1, seconds: 2 } as const;
  const cases = { ...noCaseTime, inference: 30 };
  expect(detailRows({ ...noBreakdown, training, cases, operators: [conv] })).toEqual([
    ["loading", "LoadNifti 75 %, Crop 25 %; 4.0 s in all"],
    ["network", "convolution 100 %; 2.0 s in all"],
    ["cases", "inference 100 %; 30 s in all"],
  ]);
});

it("leaves out what is too small to name", () => {
  expect(shareTexts([["a", 99.7], ["b", 0.3], ["c", 0]])).toEqual(["a 100 %"]); // biome-ignore format: a row
  expect(shareTexts([["a", 0]])).toEqual([]);
});
