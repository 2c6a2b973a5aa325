import type {
  CheckpointSaved,
  EpochDone,
  RunEvent,
  RunStarted,
  StepDone,
  TimeLedger,
  ValidationDone,
  ValidationProgress,
} from "../../workflows/events.ts";

/** What the picture of a training run is drawn from; follows from the events alone. */
export interface TrainView {
  readonly start: RunStarted | null;
  readonly step: StepDone | null;
  /** Printed outputs of aux-ops in the steps of this epoch, by name. */
  readonly auxiliary: Readonly<Record<string, readonly number[]>>;
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
  auxiliary: {},
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
    case "epoch_started":
      return { ...view, auxiliary: {} };
    case "step":
      return {
        ...view,
        step: event,
        auxiliary: withValues(view.auxiliary, event),
        validating: null,
        time: plus(view.time, event.time),
      };
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

const withValues = (known: TrainView["auxiliary"], { auxiliary }: StepDone): TrainView["auxiliary"] => ({
  ...known,
  ...Object.fromEntries(
    auxiliary
      .filter(({ doPrint }) => doPrint)
      .map(({ name, value }) => [name, [...(known[name] ?? []), value]]),
  ),
});

const plus = (time: TimeLedger, more: Partial<TimeLedger>): TimeLedger =>
  Object.fromEntries(
    Object.entries(time).map(([key, seconds]) => [key, seconds + (more[key as keyof TimeLedger] ?? 0)]),
  ) as unknown as TimeLedger;
