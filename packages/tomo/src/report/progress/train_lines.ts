import type { RunStarted, TimeLedger } from "../../workflows/events.ts";
import { bar, joined, type Pen, sparkline } from "./draw.ts";
import type { TrainView } from "./train_view.ts";
import { countText, durationText, metricText, plural, rateText, timeShares, trainNames } from "./words.ts";

/** The line above all: what is trained on what. */
export function headline(start: RunStarted, pen: Pen, columns: number): string {
  const cases =
    start.workflow === "train"
      ? `${start.trainingCases} training + ${plural(start.validationCases, "validation case")}`
      : plural(start.validationCases, "case");
  const parts = [
    pen.bold(start.model),
    `${countText(start.parameters)} parameters`,
    cases,
    start.device === "cpu" ? `cpu, ${plural(start.threads, "thread")}` : start.device,
    start.precision,
  ];
  return joined(parts, columns, pen.dim(pen.unicode ? " · " : ", "));
}

/** The moving lines: epochs, steps or validation, and where the time goes. */
export function trainLines(view: TrainView, elapsed: number, columns: number, pen: Pen): string[] {
  const { start } = view;
  if (start === null) return [];
  return [
    epochLine(view, elapsed, columns, pen),
    stepLine(view, columns, pen),
    timeLine(view.time, elapsed, columns, pen),
  ];
}

const barWidth = (columns: number): number => Math.max(8, Math.min(40, Math.floor(columns / 4)));

function epochLine(view: TrainView, elapsed: number, columns: number, pen: Pen): string {
  const { step, epoch, validation, losses } = view;
  const total = view.start!.epochs;
  const inEpoch = step === null ? 0 : step.step / step.stepsPerEpoch;
  const finished = step === null ? 0 : step.epoch - 1 + (epoch?.epoch === step.epoch ? 1 : inEpoch);
  const best = validation?.best;
  return joined(
    [
      counter("epoch", step?.epoch ?? 1, total),
      bar(finished / total, barWidth(columns), pen),
      pen.bold(remainingText(view, finished, elapsed)),
      step === null ? "" : `loss ${metricText(losses.at(-1) ?? step.loss)}`,
      best == null
        ? ""
        : `best ${validation!.keyMetric.name} ${pen.green(metricText(best.value))} ${pen.dim(`epoch ${best.epoch}`)}`,
      sparkline(losses, 20, pen),
    ],
    columns,
  );
}

/** Before the first epoch is over the estimate counts steps. */
function remainingText({ epoch, start }: TrainView, finished: number, elapsed: number): string {
  if (epoch !== null) {
    const since = finished - epoch.epoch;
    const left = epoch.remainingSeconds * (1 - since / Math.max(1, start!.epochs - epoch.epoch));
    return `${durationText(left)} left`;
  }
  return finished === 0
    ? "starting"
    : `${durationText((elapsed / finished) * (start!.epochs - finished))} left`;
}

function stepLine({ step, validating, start }: TrainView, columns: number, pen: Pen): string {
  if (validating !== null)
    return joined(
      [
        counter("valid", validating.done, validating.total),
        bar(validating.done / validating.total, barWidth(columns), pen),
        validating.case,
      ],
      columns,
    );
  if (step === null)
    return joined(
      [
        counter("step", 0, start!.stepsPerEpoch),
        bar(0, barWidth(columns), pen),
        "waiting for the first batch",
      ],
      columns,
    );
  return joined(
    [
      counter("step", step.step, step.stepsPerEpoch),
      bar(step.step / step.stepsPerEpoch, barWidth(columns), pen),
      `loss ${metricText(step.loss)}`,
      ...step.auxiliary
        .filter(({ doPrint }) => doPrint)
        .map(({ name, value }) => `${name} ${metricText(value)}`),
      `rate ${rateText(step.learningRate)}`,
      pen.dim(`${step.seconds.toFixed(2)} s a step`),
    ],
    columns,
  );
}

function timeLine(time: TimeLedger, elapsed: number, columns: number, pen: Pen): string {
  const shares = timeShares(time, trainNames).map(([name, share]) => `${name} ${Math.round(100 * share)} %`);
  return pen.dim(joined([`time  ${durationText(elapsed).padStart(labelWidth - 6)}`, ...shares], columns));
}

const labelWidth = 14;
const counter = (name: string, done: number, total: number): string =>
  `${name.padEnd(6)}${`${done}/${total}`.padStart(labelWidth - 6)}`;
