import type {
  CheckpointSaved,
  EpochDone,
  RunEnded,
  RunEvent,
  RunStarted,
  StepDone,
  TimeLedger,
  ValidationDone,
  ValidationProgress,
} from "../../workflows/events.ts";
import { bar, joined, type Pen, sparkline } from "./draw.ts";
import { countText, durationText, metricText, plural, rateText, timeShares, trainNames } from "./words.ts";

/** What the picture of a training run is drawn from; follows from the events alone. */
export interface TrainView {
  readonly start: RunStarted | null;
  readonly step: StepDone | null;
  /** Mean loss of each epoch so far. */
  readonly losses: readonly number[];
  readonly epoch: EpochDone | null;
  readonly validation: ValidationDone | null;
  /** The validation under way. */
  readonly validating: ValidationProgress | null;
  readonly checkpoints: Readonly<Partial<Record<CheckpointSaved["reason"], string>>>;
  /** Seconds of this epoch's steps and of all epochs before. */
  readonly time: TimeLedger;
}

const noTime: TimeLedger = {
  wait: 0, transfer: 0, forward: 0, backward: 0, optimizer: 0, validation: 0, checkpoint: 0,
}; // biome-ignore format: a row

export const emptyTrainView: TrainView = {
  start: null,
  step: null,
  losses: [],
  epoch: null,
  validation: null,
  validating: null,
  checkpoints: {},
  time: noTime,
};

export function trainViewAfter(view: TrainView, event: RunEvent): TrainView {
  switch (event.type) {
    case "run_started":
      return { ...emptyTrainView, start: event };
    case "step":
      return { ...view, step: event, validating: null, time: plus(view.time, event.time) };
    case "validation_progress":
      return { ...view, validating: event };
    case "validation":
      return {
        ...view,
        validation: event,
        validating: null,
        time: plus(view.time, { validation: event.seconds }),
      };
    case "checkpoint":
      return {
        ...view,
        checkpoints: { ...view.checkpoints, [event.reason]: event.path },
        time: plus(view.time, { checkpoint: event.seconds }),
      };
    case "epoch":
      return { ...view, epoch: event, losses: [...view.losses, event.meanLoss] };
    default:
      return view;
  }
}

const plus = (time: TimeLedger, more: Partial<TimeLedger>): TimeLedger =>
  Object.fromEntries(
    Object.entries(time).map(([key, seconds]) => [key, seconds + (more[key as keyof TimeLedger] ?? 0)]),
  ) as unknown as TimeLedger;

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
  rows.push(["memory", `${countText(end.peakMemory)}B at most in tensors`]);
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
