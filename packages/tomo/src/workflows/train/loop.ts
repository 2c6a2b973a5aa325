import { TomoError } from "../../errors/tomo_error.ts";
import type { Batch } from "../../pipeline/loader.ts";
import type { CheckpointSaved, RunEvent, StepDone, TimeLedger } from "../events.ts";
import { addCaseTimes, addTimes, emptyLedger, noCaseTime } from "../ledger.ts";
import { metricWarnings } from "../score.ts";
import type { StopFlag } from "../stop_flag.ts";
import { stopwatch } from "../stopwatch.ts";
import { noHistory, withValue } from "./best.ts";
import type { TrainOutcome, TrainParts, TrainProgress } from "./parts.ts";
import { remainingSeconds } from "./remaining.ts";
import { type ValidationParts, validateEpoch } from "./validation.ts";

/** The supervised training loop: epochs of steps, validations between them, checkpoints; tells all by events. */
export class TrainLoop {
  readonly #parts: TrainParts;
  readonly #stop: StopFlag;
  #progress: TrainProgress;
  #time = emptyLedger;
  #epochTime = emptyLedger;
  #caseTime = noCaseTime;
  #counts = { validations: 0, checkpoints: 0 };
  #lastLoss = Number.NaN;
  #endReason: string | null = null;
  readonly #epochSeconds: number[] = [];
  readonly #validationSeconds: number[] = [];
  readonly #checkpoints: Partial<Record<CheckpointSaved["reason"], string>> = {};
  readonly #notes: RunEvent[] = [];
  /** Warnings of metrics come once, not at each validation. */
  readonly #warned = new Set<string>();

  constructor(parts: TrainParts, stop: StopFlag) {
    this.#parts = parts;
    this.#stop = stop;
    const key =
      parts.validation?.metrics.find((metric) => metric.isKeyMetric) ?? parts.validation?.metrics[0];
    this.#progress = {
      epoch: 0,
      step: 0,
      stepInEpoch: 0,
      learningRate: parts.initialLr,
      keyMetric: key === undefined ? null : noHistory(key.name),
    };
  }

  async *run(): AsyncGenerator<RunEvent, TrainOutcome> {
    try {
      for (let epoch = 1; epoch <= this.#parts.epochs && this.#endReason === null; epoch++) {
        yield* this.#epoch(epoch);
        if (this.#stop.requested) return yield* this.#finish("interrupted");
      }
      return yield* this.#finish("done");
    } catch (error) {
      yield* this.#rescue(error);
      throw error;
    }
  }

  async *#epoch(epoch: number): AsyncGenerator<RunEvent> {
    const { epochs, loader } = this.#parts;
    const lap = stopwatch();
    this.#epochTime = emptyLedger;
    yield* this.#tell({ type: "epoch_started", epoch, epochs, stepsPerEpoch: loader.stepsPerEpoch });
    const losses = yield* this.#steps(epoch);
    if (this.#stop.requested) return;
    this.#progress = { ...this.#progress, epoch, stepInEpoch: 0 };
    this.#epochSeconds.push(lap());
    if (this.#parts.validation !== null && epoch % this.#parts.epochsPerValidation === 0) {
      yield* this.#validate(epoch, this.#parts.validation);
      this.#validationSeconds.push(lap());
    }
    if (this.#stop.requested) return;
    yield* this.#tell({
      type: "epoch",
      epoch,
      epochs,
      globalStep: this.#progress.step,
      meanLoss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
      learningRate: this.#progress.learningRate,
      seconds: Object.values(this.#epochTime).reduce((sum, seconds) => sum + seconds, 0),
      remainingSeconds: remainingSeconds(this.#parts, epoch, this.#epochSeconds, this.#validationSeconds),
      time: this.#epochTime,
    });
  }

  async *#steps(epoch: number): AsyncGenerator<RunEvent, number[]> {
    const losses: number[] = [];
    const batches = this.#parts.loader.epoch(epoch)[Symbol.asyncIterator]();
    const lap = stopwatch();
    try {
      while (!this.#stop.requested) {
        const next = await batches.next();
        const wait = lap();
        if (next.done === true) break;
        const event = this.#step(next.value, epoch, losses.length + 1, wait);
        losses.push(event.loss);
        yield* this.#tell(event);
        lap();
      }
    } finally {
      await batches.return?.();
    }
    return losses;
  }

  #step(batch: Batch, epoch: number, stepInEpoch: number, wait: number): StepDone {
    const { initialLr, lrPolicy, epochs, stepper, loader, checkBatch } = this.#parts;
    const { step, learningRate: currentLr, keyMetric } = this.#progress;
    checkBatch(batch);
    const context = { initialLr, currentLr, step, epoch, epochs, keyMetrics: keyMetric?.values ?? [] };
    const learningRate = lrPolicy === null ? initialLr : lrPolicy(context);
    const { loss, auxiliary, time } = stepper.step(batch, learningRate);
    if (!Number.isFinite(loss)) throw this.#notFinite(loss, step + 1, batch.cases);
    this.#progress = { ...this.#progress, step: step + 1, stepInEpoch, learningRate };
    this.#lastLoss = loss;
    this.#spend({ wait, ...time });
    return {
      type: "step",
      epoch,
      epochs,
      step: stepInEpoch,
      stepsPerEpoch: loader.stepsPerEpoch,
      globalStep: step + 1,
      loss,
      auxiliary,
      learningRate,
      cases: batch.cases,
      seconds: wait + time.transfer + time.forward + time.backward + time.optimizer,
      time: { wait, ...time },
    };
  }

  #notFinite(loss: number, step: number, cases: readonly string[]): TomoError {
    const saved = this.#checkpoints.best;
    return new TomoError("TOMO_NOT_FINITE", `the loss is ${loss} at step ${step}`, {
      where: { case: [...new Set(cases)].join(", ") },
      hint:
        saved === undefined
          ? "no checkpoint was written before; lower learning_rate, or look at the intensities of these cases"
          : `the last good checkpoint is ${saved} (epoch ${this.#progress.keyMetric?.best?.epoch}); lower learning_rate, or look at these cases`,
    });
  }

  async *#validate(epoch: number, validation: ValidationParts): AsyncGenerator<RunEvent> {
    const lap = stopwatch();
    const result = yield* validateEpoch(validation, epoch, this.#stop);
    if (result === null) return;
    this.#caseTime = addCaseTimes(this.#caseTime, result.time);
    this.#counts.validations++;
    const metrics = result.scored.map(({ value }) => value);
    const key = metrics.find(({ name }) => name === this.#progress.keyMetric!.name)!;
    const { history, isBest } = withValue(this.#progress.keyMetric!, key.value, epoch);
    this.#progress = { ...this.#progress, keyMetric: history };
    const seconds = lap();
    this.#spend({ validation: seconds });
    yield* this.#tell({
      type: "validation",
      epoch,
      globalStep: this.#progress.step,
      metrics,
      keyMetric: { name: key.name, value: key.value },
      best: history.best,
      isBest,
      cases: result.cases,
      seconds,
    });
    for (const warning of metricWarnings(metrics)) {
      if (!this.#warned.has(warning.message)) yield* this.#tell(warning);
      this.#warned.add(warning.message);
    }
    if (isBest) yield* this.#save("best");
  }

  async *#save(reason: CheckpointSaved["reason"]): AsyncGenerator<RunEvent> {
    const lap = stopwatch();
    const path = this.#parts.save(reason, this.#progress);
    this.#checkpoints[reason] = path;
    this.#counts.checkpoints++;
    const seconds = lap();
    this.#spend({ checkpoint: seconds });
    yield* this.#tell({ type: "checkpoint", epoch: this.#progress.epoch, reason, path, seconds });
  }

  async *#finish(outcome: TrainOutcome["outcome"]): AsyncGenerator<RunEvent, TrainOutcome> {
    if (this.#endReason !== null) yield { type: "note", message: `training ends: ${this.#endReason}` };
    yield* this.#save(outcome === "done" ? "final" : "interrupted");
    return {
      outcome,
      progress: this.#progress,
      time: this.#time,
      cases: this.#caseTime,
      counts: this.#counts,
      lastLoss: this.#lastLoss,
      checkpoints: this.#checkpoints,
    };
  }

  /** A fault of data or disk need not lose the epochs since the last checkpoint. */
  async *#rescue(error: unknown): AsyncGenerator<RunEvent> {
    const useless =
      error instanceof TomoError && ["TOMO_NOT_FINITE", "TOMO_WRITE_FAILED"].includes(error.code);
    if (useless || this.#progress.step === 0) return;
    try {
      yield* this.#save("interrupted");
    } catch {
      // the first error is the one to report
    }
  }

  #spend(times: Partial<TimeLedger>): void {
    this.#time = addTimes(this.#time, times);
    this.#epochTime = addTimes(this.#epochTime, times);
  }

  /** The event, and then what the handlers have to say about it. */
  *#tell(event: RunEvent): Generator<RunEvent> {
    yield event;
    const context = {
      note: (message: string) => this.#notes.push({ type: "note", message }),
      stop: (reason: string) => {
        this.#endReason ??= reason;
      },
    };
    for (const handler of this.#parts.handlers) handler.on(event, context);
    yield* this.#notes.splice(0);
  }
}
