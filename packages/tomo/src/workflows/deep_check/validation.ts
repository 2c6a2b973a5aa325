import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispose } from "@tomo/torch";
import type { CheckedValidation } from "../../check/checked_plans.ts";
import type { ErrorCode } from "../../errors/catalogue.ts";
import { TomoError, TomoErrors } from "../../errors/tomo_error.ts";
import { fileFaultsOf } from "../../pipeline/bad_files.ts";
import type { SampleLoader } from "../../pipeline/loader.ts";
import { createSampleLoader } from "../../pipeline/sample_loader.ts";
import { buildTransforms } from "../../pipeline/transform_list.ts";
import { valuesOfCase } from "../score.ts";
import { groupsOf } from "../train/validation.ts";
import { runGroup } from "../validate/case.ts";
import { type ValidationJob, validationJob } from "../validate/job.ts";
import { type OpenValidation, openValidation } from "../validate/open.ts";
import type { Stage } from "./stage.ts";

/**
 * Reads every header, and predicts and scores the first case on the CPU; without a checkpoint yet it prepares the case
 * only. What would be written goes to a folder that is removed.
 * @throws what a run would throw
 */
export async function tryEvaluation({ plan, list }: CheckedValidation, stage: Stage): Promise<void> {
  const job = validationJob("validate", plan, { device: "cpu" }, list);
  await stage.try(
    "headers of all cases",
    async () => {
      const transforms = await buildTransforms([...plan.pre_transforms, ...plan.label_transforms]);
      const faults = fileFaultsOf(job.items, transforms);
      if (faults.length > 0) throw new TomoErrors(faults);
    },
    () => `${job.items.length} cases`,
  );
  const loader = await createSampleLoader({
    items: job.items,
    transforms: plan.pre_transforms,
    seed: 0,
    numWorkers: 0,
    prefetch: 0,
    warn: stage.note,
  });
  try {
    const opened = await openOrNull(job, stage);
    if (opened === null) await tryPreparation(loader, stage);
    else await tryCase(opened, loader, stage);
  } finally {
    await loader.close();
  }
}

/** Before training there is no model; that is no fault. */
const noModelYet: readonly ErrorCode[] = ["TOMO_CHECKPOINT_MISSING", "TOMO_NOT_YET"];

async function openOrNull(job: ValidationJob, stage: Stage): Promise<OpenValidation | null> {
  try {
    return await stage.try(
      "network and weights",
      () => openValidation(job, stage.note),
      ({ loaded }) => loaded.description,
    );
  } catch (error) {
    if (!(error instanceof TomoError && noModelYet.includes(error.code))) throw error;
    stage.note(`the network was not tried: ${error.message}`);
    return null;
  }
}

async function tryPreparation(loader: SampleLoader, stage: Stage): Promise<void> {
  await stage.try("preparation of one case", async () => {
    for await (const sample of loader.samples()) {
      dispose(sample);
      return;
    }
  });
}

async function tryCase({ loaded, parts }: OpenValidation, loader: SampleLoader, stage: Stage): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tomo-check-"));
  const groups = groupsOf(loader.samples(), parts.batchSize);
  try {
    await stage.try(
      "prediction of one case",
      async () => {
        const { value: group } = await groups.next();
        return group === undefined ? [] : await runGroup(group, { ...parts, writers: [], folder });
      },
      ([first]) => {
        if (first === undefined) return null;
        const values = Object.entries(valuesOfCase(parts.metrics, first.scores)).slice(0, 3);
        return [`case ${first.caseId}`, ...values.map(([name, value]) => `${name} ${value.toFixed(4)}`)].join(
          ", ",
        );
      },
    );
  } finally {
    await groups.return();
    loaded.network.module.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
