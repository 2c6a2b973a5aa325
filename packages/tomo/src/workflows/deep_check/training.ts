import { dispose } from "@tomo/torch";
import type { CheckedTraining } from "../../check/checked_plans.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { Batch } from "../../pipeline/loader.ts";
import { summariseAll } from "../score.ts";
import type { DataSource, TrainJob } from "../train/job.ts";
import { trainJob } from "../train/job.ts";
import { type OpenRun, openTraining } from "../train/open.ts";
import { scoreGroup } from "../train/score_group.ts";
import { groupsOf } from "../train/validation.ts";
import type { Stage } from "./stage.ts";

/**
 * Reads every header, makes the first batch, does one step with the real network and validates the first case, all on
 * the CPU and in this thread. Writes nothing.
 * @throws what a run would throw
 */
export async function tryTraining({ plan, lists }: CheckedTraining, stage: Stage): Promise<void> {
  const job = inThisThread(trainJob(plan, { device: "cpu" }, lists));
  const cases = job.training.items.length + (job.validation?.items.length ?? 0);
  const run = await stage.try(
    "headers of all cases, network and weights",
    () => openTraining(job, stage.note, stage.note),
    ({ facts }) => `${cases} cases, ${parametersOf(facts.network.module.parameters())} parameters`,
  );
  try {
    await tryStep(run, stage);
    if (run.parts.validation !== null) await tryValidation(run, stage);
  } finally {
    await run.close();
  }
}

/** One step needs neither workers nor a cache; cases come in the order of the list. */
function inThisThread(job: TrainJob): TrainJob {
  const alone = (source: DataSource): DataSource => ({
    ...source,
    settings: { ...source.settings, numWorkers: 0, prefetchSize: 0, shuffle: false, cache: null },
  });
  return { ...job, training: alone(job.training), validation: job.validation && alone(job.validation) };
}

const parametersOf = (parameters: readonly { readonly numel: number }[]): string =>
  parameters.reduce((sum, { numel }) => sum + numel, 0).toLocaleString("en");

async function tryStep({ parts }: OpenRun, stage: Stage): Promise<void> {
  const batches = parts.loader.epoch(1)[Symbol.asyncIterator]();
  try {
    const batch = await stage.try("first batch", () => firstOf(batches), shapesText);
    if (batch === null) return;
    const { loss } = await stage.try(
      "one step on the CPU",
      () => {
        parts.checkBatch(batch);
        return parts.stepper.step(batch, parts.initialLr);
      },
      (step) => `loss ${step.loss.toPrecision(4)}`,
    );
    if (!Number.isFinite(loss))
      throw new TomoError("TOMO_NOT_FINITE", `the loss of the first step is ${loss}`, {
        where: { case: [...new Set(batch.cases)].join(", ") },
        hint: "look at the intensities of these cases, or lower the learning rate",
      });
  } finally {
    await batches.return?.();
  }
}

async function firstOf(batches: AsyncIterator<Batch>): Promise<Batch | null> {
  const next = await batches.next();
  return next.done === true ? null : next.value;
}

const shapesText = (batch: Batch | null): string | null =>
  batch &&
  Object.entries(batch.fields)
    .map(([name, { shape }]) => `${name} ${shape.join("x")}`)
    .join(", ");

async function tryValidation({ parts }: OpenRun, stage: Stage): Promise<void> {
  const validation = parts.validation!;
  const groups = groupsOf(validation.loader.samples(), validation.batchSize);
  try {
    await stage.try(
      validation.batchSize === 1 ? "validation of one case" : "validation of one batch",
      async () => {
        const { value: group } = await groups.next();
        if (group === undefined) return null;
        try {
          return { case: group[0]!.caseId, scores: scoreGroup(group, 1, validation) };
        } finally {
          dispose(group);
        }
      },
      (done) => {
        if (done === null) return null;
        const scores = validation.metrics.map((_, n) =>
          [...done.scores.cases, done.scores.batch].flatMap((row) => row[n] ?? []),
        );
        const values = summariseAll(validation.metrics, scores).slice(0, 3);
        return `case ${done.case}, ${values.map(({ value }) => `${value.name} ${value.value.toFixed(4)}`).join(", ")}`;
      },
    );
  } finally {
    await groups.return();
  }
}
