// The training chain of examples/segmentation_ct_spleen: chain_seg_ours.mjs cached|cold WORKERS DATALIST EPOCHS.
// Answers each line with the milliseconds that EPOCHS epochs take, from asking for the first batch to having the last.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { dispose } from "@tomo/torch";
import { registry } from "../../packages/tomo/dist/components/registry.js";
import { resolveConfig } from "../../packages/tomo/dist/config/resolve.js";
import { planTraining } from "../../packages/tomo/dist/config/train_config.js";
import { createBatchLoader } from "../../packages/tomo/dist/pipeline/batch_loader.js";
import { trainJob } from "../../packages/tomo/dist/workflows/train/job.js";

const [mode, workers, datalist, epochs] = process.argv.slice(2);
const example = new URL("../../examples/segmentation_ct_spleen", import.meta.url).pathname;

const { plan, training, seeds } = exampleJob();
const loader = await createBatchLoader({
  ...training.settings,
  ...(mode === "cold" ? { cache: null } : {}),
  numWorkers: Number(workers),
  items: training.items,
  labelFormat: training.labelFormat,
  transforms: plan.train.pre_transforms,
  batchTransforms: plan.train.batch_transforms,
  seed: seeds.data,
  warn: () => {},
});

let epoch = 0;
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  for (let n = 0; n < Number(epochs); n++)
    for await (const batch of loader.epoch(++epoch)) dispose(batch.fields);
  console.log((performance.now() - start).toFixed(3));
}
await loader.close();

/** The config as it is, but for the place of the data. */
function exampleJob() {
  const folder = mkdtempSync(join(tmpdir(), "tomo-chain-"));
  try {
    cpSync(example, folder, { recursive: true });
    const set = { DATA_ROOT: join(datalist, ".."), DATASET_JSON: datalist };
    return trainJob(
      planTraining(resolveConfig({ mmar: folder, config: "config/config_train.json", set }), registry, {}),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
