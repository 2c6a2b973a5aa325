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
    expect(classificationText(summary)).toMatchInlineSnapshot(`
      "Classification of 60 cases, 3 classes

      class      positives  negatives    AUC   95 % interval     AP  share  mean p  Brier  skill
      Edema             32         28  0.810  [0.671, 0.899]  0.854  0.533   0.387  0.198  0.203
      Mass              15         45  0.782  [0.667, 0.914]  0.532  0.250   0.381  0.172  0.085
      Rare !             0         60      -               -      -  0.000   0.362  0.176      -
      mean of 2                        0.796  [0.713, 0.873]
      ! few cases: under 10 positives or negatives; read with care, the interval is too narrow
      no AUC without positives and negatives, left out of the mean: Rare

      At the threshold 0.5
      class  threshold    sensitivity   95 % interval    specificity   95 % interval    PPV    NPV
      Edema      0.500  0.531 (17/32)  [0.364, 0.691]  0.929 (26/28)  [0.774, 0.980]  0.895  0.634
      Mass       0.500   0.533 (8/15)  [0.301, 0.752]  0.822 (37/45)  [0.687, 0.907]  0.500  0.841
      Rare       0.500        - (0/0)               -  0.733 (44/60)  [0.610, 0.829]  0.000  1.000

      At Youden's optimum, chosen on these same cases: it flatters
      class  threshold    sensitivity   95 % interval    specificity   95 % interval    PPV    NPV
      Edema      0.465  0.563 (18/32)  [0.393, 0.718]  0.929 (26/28)  [0.774, 0.980]  0.900  0.650
      Mass       0.443  0.733 (11/15)  [0.480, 0.891]  0.778 (35/45)  [0.637, 0.875]  0.524  0.897

      AUC intervals: 95 %, BCa bootstrap over cases, 200 resamples, seed 0. A resample without positives or
      negatives of a class is skipped for that class; in the mean the class then has its AUC of all cases. Sensitivity
      and specificity: Wilson's 95 % interval. AP: average precision; guessing has the share of positives. Skill:
      1 - Brier score / that of always saying the share of positives. PPV and NPV hold at this share of positives.
      "
    `);
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
