import type { CaseDone, RunEnded, RunEvent, RunStarted } from "../../workflows/events.ts";
import { bar, joined, type Pen } from "./draw.ts";
import { caseShares, shareTexts } from "./time_detail.ts";
import type { NextCommand } from "./train_summary.ts";
import { bytesText, durationText, metricText, plural } from "./words.ts";

/** What the picture of a validation or inference run is drawn from. */
export interface CaseView {
  readonly start: RunStarted | null;
  readonly cases: readonly CaseDone[];
}

export const emptyCaseView: CaseView = { start: null, cases: [] };

export function caseViewAfter(view: CaseView, event: RunEvent): CaseView {
  if (event.type === "run_started") return { start: event, cases: [] };
  return event.type === "case" ? { ...view, cases: [...view.cases, event] } : view;
}

export function caseLines({ start, cases }: CaseView, columns: number, pen: Pen): string[] {
  if (start === null) return [];
  const total = start.validationCases;
  const last = cases.at(-1);
  const width = Math.max(8, Math.min(40, Math.floor(columns / 4)));
  return [
    joined(
      [
        `case  ${`${cases.length}/${total}`.padStart(8)}`,
        bar(cases.length / total, width, pen),
        last === undefined ? "starting" : pen.bold(`${durationText(last.remainingSeconds)} left`),
      ],
      columns,
    ),
  ];
}

/** Cases of a classification, which have neither values nor files of their own, show only at every tenth of the run. */
export const saysMuch = ({ metrics, files, done, total }: CaseDone): boolean =>
  Object.keys(metrics).length > 0 || files.length > 0 || done % Math.ceil(total / 10) === 0;

/** The line that stays for each case: name, whole metrics (their parts are in the reports), times. */
export function caseText({ case: name, metrics, time, done, total }: CaseDone, pen: Pen): string {
  const values = Object.entries(metrics)
    .filter(([metric]) => !metric.includes("/"))
    .map(([metric, value]) => `${metric} ${metricText(value)}`);
  const rest = time.post + time.scoring + time.writing;
  const times = pen.dim(
    `read ${durationText(time.wait)}, infer ${durationText(time.inference)}, post ${durationText(rest)}`,
  );
  return [`${String(done).padStart(String(total).length)}/${total}`, name, ...values, times].join("  ");
}

export function caseSummary(
  { start, cases }: CaseView,
  end: RunEnded,
  pen: Pen,
  next: NextCommand,
): string[] {
  const shares = shareTexts(caseShares(end.breakdown.cases));
  const rows: [string, string][] = [
    [
      end.outcome === "done" ? "done" : "stopped",
      `${plural(cases.length, "case")} in ${durationText(end.seconds)}`,
    ],
    ...metricRows(cases, end, pen),
    ["time", `${shares.join(", ")}; ${end.bottleneck}`],
    ...end.advice.map((text): [string, string] => ["faster", text]),
    ["memory", `${bytesText(end.peakMemory)} at most in tensors`],
  ];
  if (start !== null) rows.push(["results", next.shown(start.runFolder)]);
  return rows.map(([name, text]) => `${pen.cyan(name.padEnd(8))}${text}`);
}

/** Each metric with its spread, the cases behind it, and its worst case. */
function metricRows(cases: readonly CaseDone[], { summary }: RunEnded, pen: Pen): [string, string][] {
  const names = Object.keys(summary).filter((name) => name !== "cases");
  return names.map((name): [string, string] => {
    const values = cases
      .map((one) => [one.metrics[name] ?? Number.NaN, one.case] as const)
      .filter(([value]) => !Number.isNaN(value));
    const worst = values.reduce<readonly [number, string] | null>(
      (least, one) => (least === null || one[0] < least[0] ? one : least),
      null,
    );
    const value = `${name} ${pen.green(metricText(Number(summary[name])))}`;
    if (worst === null && Number.isFinite(summary[name]))
      return ["metric", `${value} over all cases together`];
    const lowest = worst === null ? "" : `, lowest ${metricText(worst[0])} (${worst[1]})`;
    return ["metric", `${value} over ${values.length} of ${plural(cases.length, "case")}${lowest}`];
  });
}
