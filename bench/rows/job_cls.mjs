// The whole job of examples/classification_chestxray_nih against the same job in MONAI: AUC and wall time, seed by seed.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { comparison, median, rowOf } from "../interleave.mjs";
import { seededExample, timed } from "../jobs.mjs";
import { peerPython } from "../peers.mjs";
import { root, shared, tomoCommand } from "../places.mjs";

export const title = "chest X-rays to the end, three seeds";
export const long = true;
export const lines = ({ auc }) =>
  Object.entries(auc).map(
    ([name, { meanBest, meanFinal }]) =>
      `${name}: AUC at the best epoch ${meanBest.toFixed(4)}, at the last ${meanFinal.toFixed(4)}`,
  );

const results = join(root, "results", "bench", "job_cls");

export async function run({ data = join(shared, "chest_xray"), seeds = "1,2,3", epochs = "40" }, log) {
  if (!existsSync(join(data, "dataset_0.json")))
    throw new Error(`${data} has no dataset_0.json: name the folder of the chest films with --data FOLDER`);
  mkdirSync(results, { recursive: true });
  const runs = [];
  for (const [n, seed] of seeds.split(",").map(Number).entries()) {
    // alternating order, so that neither always runs on the warmer machine
    for (const work of n % 2 === 0 ? [ours, peer] : [peer, ours]) {
      const done = await work({ data, seed, epochs });
      log(
        `${done.name}, seed ${seed}: best AUC ${done.bestAuc.toFixed(4)} (epoch ${done.bestEpoch}), final ${done.finalAuc.toFixed(4)}, ${done.wallSeconds.toFixed(0)} s`,
      );
      runs.push(done);
    }
  }
  const of = (name) => runs.filter((entry) => entry.name === name);
  const milliseconds = (name) => of(name).map(({ wallSeconds }) => 1e3 * wallSeconds);
  const names = ["tomo amp", "monai amp"];
  return {
    ...rowOf([comparison(...names, ...names.map(milliseconds))]),
    auc: Object.fromEntries(names.map((name) => [name, aucOf(of(name))])),
    runs,
  };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const aucOf = (runs) => ({
  meanBest: mean(runs.map(({ bestAuc }) => bestAuc)),
  meanFinal: mean(runs.map(({ finalAuc }) => finalAuc)),
});

async function ours({ data, seed, epochs }) {
  const folder = join(results, `seed_${seed}`);
  seededExample("classification_chestxray_nih", folder, seed);
  const set = [`DATA_ROOT=${data}`, `DATASET_JSON=${join(data, "dataset_0.json")}`, `epochs=${epochs}`];
  const wallSeconds = await timed(process.execPath, [
    tomoCommand,
    "train",
    "-m",
    folder,
    "--quiet",
    "--set",
    ...set,
  ]);
  const events = readFileSync(join(folder, "models", "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  const validations = events.filter(({ type }) => type === "validation");
  const best = validations.findLast(({ isBest }) => isBest);
  const classes = best.metrics.filter(({ name }) => name !== "Average_AUC" && name !== "mean_accuracy");
  return {
    name: "tomo amp",
    seed,
    bestAuc: best.keyMetric.value,
    bestEpoch: best.epoch,
    finalAuc: validations.at(-1).keyMetric.value,
    byClass: Object.fromEntries(classes.map(({ name, value }) => [name, value])),
    auc: validations.map(({ keyMetric }) => keyMetric.value),
    wallSeconds,
    trainingSecondsPerEpoch: median(
      events.filter(({ type }) => type === "epoch").map(({ seconds, time }) => seconds - time.validation),
    ),
    validationSecondsPerEpoch: median(validations.map(({ seconds }) => seconds)),
  };
}

async function peer({ data, seed, epochs }) {
  const json = join(results, `monai_seed_${seed}.json`);
  const script = join(root, "bench", "peer", "job_cls.py");
  const threads = availableParallelism();
  const args = [
    script,
    "--data",
    data,
    "--seed",
    seed,
    "--epochs",
    epochs,
    "--threads",
    threads,
    "--amp",
    "--json",
    json,
  ];
  const wallSeconds = await timed(peerPython(), args.map(String), {
    env: { OMP_NUM_THREADS: String(threads) },
  });
  const result = JSON.parse(readFileSync(json, "utf8"));
  return {
    name: "monai amp",
    seed,
    bestAuc: result.best.auc,
    bestEpoch: result.best.epoch,
    finalAuc: result.final.auc,
    byClass: result.best.byClass,
    auc: result.epochs.map(({ auc }) => auc),
    wallSeconds,
    trainingSecondsPerEpoch: result.trainingSecondsPerEpoch,
    validationSecondsPerEpoch: result.validationSecondsPerEpoch,
  };
}
