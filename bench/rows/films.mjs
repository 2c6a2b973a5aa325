// Films a second through the seed's training chain (PNG of 16 bits to normalised 256×256×3), with 0, 1 and 2 workers.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispose } from "@tomo/torch";
import { registry } from "../../packages/tomo/dist/components/registry.js";
import { resolveConfig } from "../../packages/tomo/dist/config/resolve.js";
import { planTraining } from "../../packages/tomo/dist/config/train_config.js";
import { createBatchLoader } from "../../packages/tomo/dist/pipeline/batch_loader.js";
import { trainJob } from "../../packages/tomo/dist/workflows/train/job.js";
import { makeFilms } from "../../scripts/demo/films.mjs";
import { median, speedup } from "../interleave.mjs";

export const title = "films a second through the seed's training chain";
export const lines = ({ filmsPerSecond }) =>
  Object.entries(filmsPerSecond).map(([workers, rate]) => `${workers} workers: ${rate.toFixed(0)} films/s`);
export const table = ({ filmsPerSecond }) =>
  Object.entries(filmsPerSecond).map(([workers, rate]) => [
    `${workers} workers, ${rate.toFixed(0)} a second`,
    "",
    (rate / filmsPerSecond[0]).toFixed(2),
  ]);

const films = 120;
const example = new URL("../../examples/classification_chestxray", import.meta.url).pathname;

export async function run({ repeats }, log) {
  const folder = mkdtempSync(join(tmpdir(), "tomo-films-"));
  try {
    cpSync(example, folder, { recursive: true });
    makeFilms(join(folder, "data"), { training: films, validation: 2 });
    const set = { DATA_ROOT: join(folder, "data"), DATASET_JSON: join(folder, "data", "dataset_0.json") };
    const config = resolveConfig({ mmar: folder, config: "config/config_train.json", set });
    const job = trainJob(planTraining(config, registry, {}));
    const times = { 0: [], 1: [], 2: [] };
    // repeats alternate, so that drifts of the machine hit all alike; the first round warms up
    for (let round = 0; round <= Number(repeats); round++)
      for (const workers of [0, 1, 2]) {
        const seconds = await secondsWith(job, workers);
        if (round > 0) times[workers].push(seconds);
        log(`${workers} workers: ${(films / seconds).toFixed(0)} films/s${round === 0 ? " (warm-up)" : ""}`);
      }
    const rates = Object.fromEntries(Object.entries(times).map(([n, values]) => [n, films / median(values)]));
    const { ratio, spread } = speedup(times[2], times[0]);
    return { films, filmsPerSecond: rates, ratio, spread, ours: rates[2], peer: null, times };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function secondsWith({ plan, training, seeds }, numWorkers) {
  const loader = await createBatchLoader({
    ...training.settings,
    numWorkers,
    items: training.items,
    labelFormat: training.labelFormat,
    transforms: plan.train.pre_transforms,
    batchTransforms: [],
    seed: seeds.data,
    warn: () => {},
  });
  try {
    // workers start with the first epoch
    for await (const batch of loader.epoch(1)) dispose(batch.fields);
    const start = performance.now();
    for await (const batch of loader.epoch(2)) dispose(batch.fields);
    return (performance.now() - start) / 1e3;
  } finally {
    await loader.close();
  }
}
