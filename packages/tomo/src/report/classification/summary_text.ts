import type { OperatingPoint, Proportion } from "./operating_point.ts";
import { type AucEstimate, type ClassificationSummary, type ClassSummary, fewCases } from "./summary.ts";

/** `classification_report.txt`: tables for people. */
export function classificationText(summary: ClassificationSummary): string {
  const { cases, classes, resamples, seed } = summary;
  const halves = classes.flatMap(({ name, atHalf }) => (atHalf === null ? [] : [pointRow(name, atHalf)]));
  const optima = classes.flatMap(({ name, atYouden }) =>
    atYouden === null ? [] : [pointRow(name, atYouden)],
  );
  const parts = [
    `Classification of ${cases} cases, ${classes.length} ${classes.length === 1 ? "class" : "classes"}`,
    `${table(areaHeader, areaRows(summary))}${notesOf(summary)}`,
    ...(halves.length > 0 ? [`At the threshold 0.5\n${table(pointHeader, halves)}`] : []),
    ...(optima.length > 0
      ? [`At Youden's optimum, chosen on these same cases: it flatters\n${table(pointHeader, optima)}`]
      : []),
    [
      `AUC intervals: 95 %, BCa bootstrap over cases, ${resamples} resamples, seed ${seed}. A resample without positives or`,
      "negatives of a class is skipped for that class; in the mean the class then has its AUC of all cases. Sensitivity",
      "and specificity: Wilson's 95 % interval. AP: average precision; guessing has the share of positives. Skill:",
      "1 - Brier score / that of always saying the share of positives. PPV and NPV hold at this share of positives.",
      "",
    ].join("\n"),
  ];
  return parts.join("\n\n");
}

const areaHeader = ["class", "positives", "negatives", "AUC", "95 % interval", "AP", "share", "mean p", "Brier", "skill"]; // biome-ignore format: one row
const pointHeader = ["class", "threshold", "sensitivity", "95 % interval", "specificity", "95 % interval", "PPV", "NPV"]; // biome-ignore format: one row

function areaRows({ classes, mean, classesInMean, cases }: ClassificationSummary): string[][] {
  const rows = classes.map(({ name, positives, negatives, few, auc, averagePrecision, calibration }) => [
    `${name}${few ? " !" : ""}`,
    String(positives),
    String(negatives),
    number(auc.value),
    intervalText(auc),
    number(averagePrecision),
    number(positives / cases),
    ...[calibration?.meanPrediction, calibration?.brier, calibration?.brierSkill].map(number),
  ]);
  if (classes.length < 2) return rows;
  return [...rows, [`mean of ${classesInMean}`, "", "", number(mean.value), intervalText(mean)]];
}

const pointRow = (name: string, point: OperatingPoint): string[] => [
  name,
  number(point.threshold),
  counted(point.sensitivity, point.truePositives, point.falseNegatives),
  intervalText(point.sensitivity),
  counted(point.specificity, point.trueNegatives, point.falsePositives),
  intervalText(point.specificity),
  number(point.ppv),
  number(point.npv),
];

/** For example "0.862 (25/29)". */
const counted = ({ value }: Proportion, hits: number, misses: number): string =>
  `${number(value)} (${hits}/${hits + misses})`;

function notesOf({ classes, mean }: ClassificationSummary): string {
  const names = (found: readonly ClassSummary[]) => found.map(({ name }) => oneLine(name)).join(", ");
  const absent = classes.filter(({ auc }) => Number.isNaN(auc.value));
  const silent = classes.filter(({ auc }) => withoutInterval(auc));
  const raw = classes.filter(({ calibration }) => calibration === null);
  return [
    ...(classes.some(({ few }) => few)
      ? [`! few cases: under ${fewCases} positives or negatives; read with care, the interval is too narrow`]
      : []),
    ...(absent.length > 0
      ? [
          `no AUC without positives and negatives${Number.isNaN(mean.value) ? "" : ", left out of the mean"}: ${names(absent)}`,
        ]
      : []),
    ...(silent.length > 0
      ? [`no interval where resamples do not vary, or with one positive or negative: ${names(silent)}`]
      : []),
    ...(raw.length > 0
      ? [`scores that are not probabilities, so without threshold 0.5 and calibration: ${names(raw)}`]
      : []),
  ]
    .map((note) => `\n${note}`)
    .join("");
}

const withoutInterval = ({ value, low }: AucEstimate): boolean => !Number.isNaN(value) && Number.isNaN(low);

const number = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? "-" : value.toFixed(3);

const intervalText = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  Number.isNaN(low) ? "-" : `[${low.toFixed(3)}, ${high.toFixed(3)}]`;

/** A line break in a name would break the table. */
const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, " ");

/** Columns as wide as their longest cell, the first one to the left, the others to the right. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map(oneLine));
  const widths = header.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((text, n) => (n === 0 ? text.padEnd(widths[n]!) : text.padStart(widths[n]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
