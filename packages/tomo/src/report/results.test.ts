import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type MetricReport,
  rawCsv,
  rawText,
  resultsJson,
  statisticsOf,
  summaryCsv,
  summaryText,
} from "./results.ts";

const report: MetricReport = {
  name: "mean_dice",
  mean: 0.85,
  policy: "absent classes are left out",
  cases: [
    { case: "a", path: "imagesTr/a.nii.gz", value: 0.9, parts: { class_1: 0.9, class_2: Number.NaN } },
    { case: "b", path: 'imagesTr/b "2", left.nii.gz', value: 0.8, parts: { class_1: 0.7, class_2: 0.9 } },
    { case: "c", path: "imagesTr/c.nii.gz", value: Number.NaN, parts: {} },
  ],
};

describe("statisticsOf", () => {
  it("leaves NaN out", () => {
    const { mean, std, min, max, median, count } = statisticsOf([1, Number.NaN, 4, 2]);
    expect({ min, max, median, count }).toEqual({ min: 1, max: 4, median: 2, count: 3 });
    expect(mean).toBeCloseTo(7 / 3, 12);
    expect(std).toBeCloseTo(Math.sqrt((16 / 9 + 25 / 9 + 1 / 9) / 3), 12);
    expect(statisticsOf([3, 1]).median).toBe(2);
    expect(statisticsOf([]).mean).toBeNaN();
  });

  it("does not depend on the order, and keeps min ≤ median, mean ≤ max", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, (list) => {
        const { min, max, median, mean } = statisticsOf(list);
        expect(statisticsOf(list.toReversed()).median).toBe(median);
        expect(median).toBeGreaterThanOrEqual(min);
        expect(median).toBeLessThanOrEqual(max);
        expect(mean).toBeGreaterThanOrEqual(min - 1e-12);
        expect(mean).toBeLessThanOrEqual(max + 1e-12);
      }),
    );
  });
});

describe("reports", () => {
  it("raw text: path and value", () => {
    expect(rawText(report)).toBe(
      'imagesTr/a.nii.gz 0.9\nimagesTr/b "2", left.nii.gz 0.8\nimagesTr/c.nii.gz nan\n',
    );
  });

  it("summary text: key and value, counts and policy", () => {
    expect(summaryText(report).split("\n")).toEqual([
      "metric: mean_dice",
      "mean: 0.85",
      "std: 0.05",
      "min: 0.8",
      "max: 0.9",
      "median: 0.85",
      "count: 2",
      "cases: 3",
      "mean class_1: 0.8 (2 of 3 cases)",
      "mean class_2: 0.9 (1 of 3 cases)",
      "policy: absent classes are left out",
      "",
    ]);
  });

  it("CSV: header, quotes where needed, empty cells for no value", () => {
    expect(rawCsv(report)).toBe(
      [
        "case,path,mean_dice,class_1,class_2",
        "a,imagesTr/a.nii.gz,0.9,0.9,",
        'b,"imagesTr/b ""2"", left.nii.gz",0.8,0.7,0.9',
        "c,imagesTr/c.nii.gz,,,",
        "",
      ].join("\n"),
    );
    expect(summaryCsv(report).split("\n").slice(0, 2)).toEqual([
      "name,mean,std,min,max,median,count,cases",
      "mean_dice,0.85,0.05,0.8,0.9,0.85,2,3",
    ]);
  });

  it("JSON: null for no value", () => {
    const read = JSON.parse(resultsJson(report));
    expect(read).toMatchObject({ name: "mean_dice", mean: 0.85, count: 2, total: 3 });
    expect(read.cases[2].value).toBeNull();
    expect(read.cases[0].parts).toEqual({ class_1: 0.9, class_2: null });
  });
});
