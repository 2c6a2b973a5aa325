import type { MetricValue, RunEnded, ValidationDone } from "../../workflows/events.ts";
import type { Pen } from "./draw.ts";
import { detailRows } from "./time_detail.ts";
import type { TrainView } from "./train_view.ts";
import { bytesText, durationText, metricText, plural, timeShares, trainNames } from "./words.ts";

/** Metrics that fit beside the loss; more of them go to lines of their own. */
const inline = 3;

/**
 * What stays for each validation, or for each epoch where there is no terminal: a line, and where a validation has many
 * metrics more lines of them, filled to the width.
 */
export function epochLines(
  { epoch, epochs, loss }: { readonly epoch: number; readonly epochs: number; readonly loss: number },
  {
    validation,
    auxiliary,
  }: { readonly validation: ValidationDone | null; readonly auxiliary: TrainView["auxiliary"] },
  columns: number,
  pen: Pen,
): string[] {
  const metrics = validation?.metrics.filter(({ doPrint }) => doPrint) ?? [];
  const isKey = ({ name }: MetricValue) => name === validation?.keyMetric.name;
  const beside = metrics.length <= inline ? metrics : metrics.filter(isKey);
  const below = metrics.length <= inline ? [] : metrics.filter((metric) => !isKey(metric));
  const star = validation?.isBest ? pen.green(pen.unicode ? "★ best" : "* best") : "";
  const line = [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${metricText(loss)}`,
    ...Object.entries(auxiliary).map(([name, values]) => `${name} ${metricText(mean(values))}`),
    ...beside.map((metric) => metricWithParts(metric, below.length === 0, pen)),
    star,
  ];
  const rest = below.map(({ name, value }) => `${name} ${metricText(value)}`);
  return [
    line.filter((part) => part !== "").join("  "),
    ...filled(rest, columns, "    ").map((text) => pen.dim(text)),
  ];
}

function metricWithParts({ name, value, parts }: MetricValue, withParts: boolean, pen: Pen): string {
  const entries = Object.entries(parts);
  const detail =
    !withParts || entries.length < 2
      ? ""
      : pen.dim(` (${entries.map(([part, found]) => `${part} ${metricText(found)}`).join(", ")})`);
  return `${name} ${metricText(value)}${detail}`;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Words in as few lines as the width allows, at least one a line. */
function filled(words: readonly string[], columns: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + word.length < columns)
      lines[lines.length - 1] = `${last}  ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}

/** What a user wants to know at the end, and what to type next. */
export function trainSummary(view: TrainView, end: RunEnded, pen: Pen, next: NextCommand): string[] {
  const { start, validation, checkpoints } = view;
  const best = validation?.best;
  const { steps, epochs, loss } = end.summary;
  const shares = timeShares(end.time, trainNames).map(
    ([name, share]) => `${name} ${Math.round(100 * share)} %`,
  );
  const rows: [string, string][] = [
    [
      end.outcome === "done" ? "done" : "stopped",
      `${plural(Number(epochs), "epoch")}, ${plural(Number(steps), "step")} in ${durationText(end.seconds)}, last loss ${metricText(Number(loss))}`,
    ],
  ];
  if (best != null)
    rows.push([
      "best",
      `${validation!.keyMetric.name} ${pen.green(metricText(best.value))} at epoch ${best.epoch}   ${next.shown(checkpoints.best ?? "")}`,
    ]);
  if (checkpoints.final !== undefined) rows.push(["final", next.shown(checkpoints.final)]);
  if (checkpoints.interrupted !== undefined) rows.push(["saved", next.shown(checkpoints.interrupted)]);
  rows.push(["time", `${shares.join(", ")}; ${end.bottleneck}`]);
  rows.push(...detailRows(end.breakdown), ...end.advice.map((text): [string, string] => ["faster", text]));
  rows.push(["memory", `${bytesText(end.peakMemory)} at most in tensors`]);
  if (start !== null && !start.seedsGiven)
    rows.push(["seeds", `drawn for this run; config_resolved.json repeats it`]);
  if (start !== null && end.breakdown.operators !== null)
    rows.push(["profile", `${next.shown(start.runFolder)}/profile: summary.json, steps.csv, trace.json`]);
  if (start !== null) rows.push(["curves", `tensorboard --logdir ${next.shown(start.runFolder)}`]);
  const command = next.after(end, checkpoints);
  if (command !== null) rows.push(["next", pen.bold(command)]);
  return rows.map(([name, text]) => `${pen.cyan(name.padEnd(8))}${text}`);
}

/** Paths and commands as the user would type them. */
export interface NextCommand {
  readonly shown: (path: string) => string;
  readonly after: (end: RunEnded, checkpoints: TrainView["checkpoints"]) => string | null;
}
