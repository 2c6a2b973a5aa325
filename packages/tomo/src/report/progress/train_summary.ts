import type { RunEnded, ValidationDone } from "../../workflows/events.ts";
import type { Pen } from "./draw.ts";
import type { TrainView } from "./train_view.ts";
import { bytesText, durationText, metricText, plural, timeShares, trainNames } from "./words.ts";

/** The line that stays for each validation, or for each epoch where there is no terminal. */
export function epochText(
  { epoch, epochs, loss }: { readonly epoch: number; readonly epochs: number; readonly loss: number },
  validation: ValidationDone | null,
  pen: Pen,
): string {
  const metrics =
    validation === null
      ? []
      : validation.metrics
          .filter(({ doPrint }) => doPrint)
          .map((metric) => {
            const parts = Object.entries(metric.parts);
            const detail =
              parts.length < 2
                ? ""
                : pen.dim(` (${parts.map(([name, value]) => `${name} ${metricText(value)}`).join(", ")})`);
            return `${metric.name} ${metricText(metric.value)}${detail}`;
          });
  const star = validation?.isBest ? pen.green(pen.unicode ? "★ best" : "* best") : "";
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${metricText(loss)}`,
    ...metrics,
    star,
  ]
    .filter((part) => part !== "")
    .join("  ");
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
  rows.push(["memory", `${bytesText(end.peakMemory)} at most in tensors`]);
  if (start !== null && !start.seedsGiven)
    rows.push(["seeds", `drawn for this run; config_resolved.json repeats it`]);
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
