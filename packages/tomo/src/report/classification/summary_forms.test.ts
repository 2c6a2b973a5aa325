import { describe, expect, it } from "vitest";
import { classified, oneClass } from "../../testing/classified.ts";
import { studyOf } from "./bootstrap.ts";
import type { ClassificationCases } from "./cases.ts";
import { classificationSummary } from "./summary.ts";
import { classificationCsv } from "./summary_csv.ts";
import { classificationJson } from "./summary_json.ts";
import { classificationText } from "./summary_text.ts";

const summaryOf = (input: ClassificationCases) => classificationSummary(studyOf(input, { resamples: 200 }));
const input = classified(60, ["Edema", "Mass", "Rare"], { seed: 2 });
/** The third class never occurs. */
const summary = summaryOf({
  ...input,
  cases: input.cases.map((row) => ({ ...row, labels: [...row.labels.slice(0, 2), 0] })),
});

describe("classificationText", () => {
  it("has aligned tables, says what is flagged and left out, and how intervals were made", () => {
    expect(classificationText(summary)).toMatchInlineSnapshot();
  });

  it("says when scores are not probabilities, and has no table at 0.5 then", () => {
    const text = classificationText(summaryOf(oneClass([-3, 1, 2, 4], [0, 1, 0, 1])));
    expect(text).toContain(
      "scores that are not probabilities, so without threshold 0.5 and calibration: finding",
    );
    expect(text).not.toContain("At the threshold 0.5\n");
    expect(text).not.toContain("mean of");
  });

  it("keeps a row a row, whatever the names", () => {
    const text = classificationText(summaryOf(oneClass([0.1, 0.9], [0, 1], "a\nb\tc")));
    expect(text).toContain("a b c");
    expect(text.split("\n").filter((row) => row.startsWith("b"))).toEqual([]);
  });

  it("survives runs without cases or classes", () => {
    for (const empty of [oneClass([], []), { classNames: [], cases: [] }])
      expect(classificationText(summaryOf(empty))).toContain("Classification of 0 cases");
  });
});

describe("classificationCsv", () => {
  const rows = classificationCsv(summary)
    .trimEnd()
    .split("\n")
    .map((row) => row.split(","));

  it("has a row a class and one for the mean, all of one width", () => {
    expect(rows.map(([name]) => name)).toEqual(["class", "Edema", "Mass", "Rare", "mean of 2 classes"]);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(new Set(rows[0]).size).toBe(rows[0]!.length);
  });

  it("has the values under their names, empty where there is none, thresholds unrounded", () => {
    const value = (row: number, name: string) => rows[row]![rows[0]!.indexOf(name)];
    const { auc, positives, few, atYouden } = summary.classes[0]!;
    expect(Number(value(1, "auc"))).toBeCloseTo(auc.value, 5);
    expect(Number(value(1, "auc_low"))).toBeCloseTo(auc.low, 5);
    expect(value(1, "positives")).toBe(String(positives));
    expect(value(1, "few_cases")).toBe(String(few));
    expect(Number(value(1, "youden_threshold"))).toBe(atYouden!.threshold);
    expect(value(1, "half_threshold")).toBe("0.5");
    expect([value(3, "auc"), value(3, "youden_sensitivity"), value(3, "half_sensitivity")]).toEqual([
      "",
      "",
      "",
    ]);
    expect(Number(value(4, "auc"))).toBeCloseTo(summary.mean.value, 5);
    expect(value(4, "positives")).toBe("");
  });

  it("quotes names", () => {
    const text = classificationCsv(summaryOf(oneClass([0.1, 0.9], [0, 1], 'Mass, "large"\nleft')));
    expect(text.split("\n")[1]).toBe('"Mass, ""large""');
  });

  it("has the same columns whether or not there are thresholds", () => {
    const header = (scores: number[]) =>
      classificationCsv(summaryOf(oneClass(scores, [0, 0]))).split("\n")[0];
    expect(header([5, 7])).toBe(rows[0]!.join());
    expect(header([0.5, 0.7])).toBe(rows[0]!.join());
  });
});

describe("classificationJson", () => {
  it("is the summary, null for no value", () => {
    const read = JSON.parse(classificationJson(summary));
    expect(read).toMatchObject({ cases: 60, resamples: 200, seed: 0, classesInMean: 2 });
    expect(read.mean.value).toBe(summary.mean.value);
    expect(read.classes[0].atYouden).toEqual(summary.classes[0]!.atYouden);
    expect(read.classes[2].auc).toEqual({ value: null, low: null, high: null, resamples: 0 });
  });
});
