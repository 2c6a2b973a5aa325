import { availableParallelism } from "node:os";
import { memoryUse } from "@tomo/torch";
import { find } from "../../components/registry.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { modulesIn, moduleText } from "../../config/modules_in.ts";
import { fastBfloat16 } from "../cpu_features.ts";
import type { Breakdown, RunEvent, RunStarted } from "../events.ts";
import { bottleneckOf } from "../ledger.ts";
import { adviceOf } from "../profile/advice.ts";
import { Moments } from "../profile/moments.ts";
import { prepareRunFolder } from "../run_folder.ts";
import type { StopFlag } from "../stop_flag.ts";
import { stopwatch } from "../stopwatch.ts";
import type { TrainJob } from "./job.ts";
import { TrainLoop } from "./loop.ts";
import { type OpenRun, openTraining } from "./open.ts";
import type { TrainOutcome } from "./parts.ts";

/** What a training run came to. */
export interface TrainResult extends Pick<TrainOutcome, "outcome" | "checkpoints"> {
  readonly workflow: "train";
  /** MMAR_CKPT_DIR. */
  readonly runFolder: string;
  readonly epochs: number;
  readonly steps: number;
  readonly lastLoss: number;
  readonly keyMetric: {
    readonly name: string;
    readonly best: { readonly value: number; readonly epoch: number } | null;
  } | null;
  readonly determinism: Readonly<Record<string, string | number>>;
  readonly seconds: number;
}

/** A training run from opening to closing, as events; runs in whatever thread asks for them. */
export async function* trainRun(job: TrainJob, stop: StopFlag): AsyncGenerator<RunEvent, TrainResult> {
  const lap = stopwatch();
  const asides: RunEvent[] = job.plan.warnings.map(({ code, message }) => ({
    type: "warning",
    code,
    message,
  }));
  const warn = (message: string) => asides.push({ type: "warning", code: "TOMO_DATA", message });
  const note = (message: string) => asides.push({ type: "note", message });
  const tell = (event: RunEvent) => asides.push(event);
  const run = await openTraining(job, warn, note, tell);
  const moments = job.profile ? new Moments() : null;
  try {
    const archive = prepareFolder(job, run);
    yield startOf(job, run);
    for (const module of modulesIn(job.plan)) note(`own component ${moduleText(module)}`);
    if (run.startedFrom !== null) note(`weights from ${run.startedFrom}`);
    if (archive !== null) note(`the results of an earlier run were moved to ${archive}`);
    yield* asides.splice(0);
    yield { type: "note", message: run.parts.loader.describe() };
    const outcome = yield* withAsides(new TrainLoop(run.parts, stop).run(), asides, moments);
    const result = resultOf(job, outcome, lap());
    const breakdown = breakdownOf(run, outcome);
    yield {
      type: "run_ended",
      workflow: "train",
      outcome: outcome.outcome,
      seconds: result.seconds,
      time: outcome.time,
      bottleneck: bottleneckOf(outcome.time),
      advice: adviceFor(job, run, outcome, breakdown),
      breakdown,
      peakMemory: moments?.peak ?? memoryUse().peak,
      summary: {
        epochs: result.epochs,
        steps: result.steps,
        loss: result.lastLoss,
        key_metric: result.keyMetric?.name ?? null,
        best: result.keyMetric?.best?.value ?? null,
        best_epoch: result.keyMetric?.best?.epoch ?? null,
      },
    };
    return result;
  } finally {
    await run.close();
  }
}

const breakdownOf = ({ parts, meter }: OpenRun, { cases }: TrainOutcome): Breakdown => ({
  training: parts.loader.times(),
  validation: parts.validation?.loader.times() ?? null,
  cases,
  operators: meter?.times() ?? null,
});

const adviceFor = (
  { plan }: TrainJob,
  { machine, facts }: OpenRun,
  { time, counts, progress }: TrainOutcome,
  breakdown: Breakdown,
): string[] =>
  adviceOf({
    time,
    breakdown,
    ...counts,
    epochs: progress.epoch,
    interval: plan.globals.num_training_epoch_per_valid,
    cores: availableParallelism(),
    device: machine.device,
    precision: facts.precision,
    fastBfloat16: fastBfloat16(machine.device),
    cached: {
      training: cachedLike(plan.train.image_pipeline),
      validation: cachedLike(plan.validate?.image_pipeline),
    },
  });

const cachedLike = (spec: ComponentSpec<"image_pipelines"> | undefined): string | null =>
  find("image_pipelines", `${spec?.name}WithCache`)?.name ?? null;

/** The events of a run, stamped where it is profiled, with the asides that came up in between. */
async function* withAsides<T>(
  events: AsyncGenerator<RunEvent, T>,
  asides: RunEvent[],
  moments: Moments | null,
): AsyncGenerator<RunEvent, T> {
  let done = false;
  try {
    for (;;) {
      const next = await events.next();
      done = next.done === true;
      const event = next.done === true ? [] : [moments?.stamped(next.value) ?? next.value];
      yield* asides.splice(0);
      yield* event;
      if (next.done === true) return next.value;
    }
  } finally {
    if (!done) await events.return(undefined as never);
  }
}

function prepareFolder({ plan, seeds }: TrainJob, { machine, facts, startedFrom }: OpenRun): string | null {
  const record = {
    workflow: "train",
    ...machine,
    precision: facts.precision,
    startedFrom,
    ownComponents: modulesIn(plan),
  } as const;
  const config = { ...plan.resolved, determinism: seeds.determinism };
  return prepareRunFolder(facts.folder, config, record, startedFrom);
}

function startOf({ plan, seeds, training, validation }: TrainJob, run: OpenRun): RunStarted {
  const { network } = run.facts;
  return {
    type: "run_started",
    workflow: "train",
    mmar: plan.mmar,
    runFolder: run.facts.folder,
    device: run.machine.device,
    threads: run.machine.threads,
    precision: run.facts.precision,
    epochs: plan.globals.epochs,
    stepsPerEpoch: run.parts.loader.stepsPerEpoch,
    trainingCases: training.items.length,
    validationCases: validation?.items.length ?? 0,
    model: plan.train.model.name,
    parameters: network.module.parameters().reduce((sum, parameter) => sum + parameter.numel, 0),
    startedFrom: run.startedFrom,
    determinism: seeds.determinism,
    seedsGiven: seeds.given,
  };
}

function resultOf({ plan, seeds }: TrainJob, outcome: TrainOutcome, seconds: number): TrainResult {
  const { keyMetric, epoch, step } = outcome.progress;
  return {
    workflow: "train",
    outcome: outcome.outcome,
    runFolder: plan.globals.MMAR_CKPT_DIR,
    epochs: epoch,
    steps: step,
    lastLoss: outcome.lastLoss,
    keyMetric: keyMetric && { name: keyMetric.name, best: keyMetric.best },
    checkpoints: outcome.checkpoints,
    determinism: seeds.determinism,
    seconds,
  };
}
