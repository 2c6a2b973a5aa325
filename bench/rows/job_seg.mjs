// The whole job of examples/segmentation_mr_hippocampus against the same job in MONAI, seed by seed: seconds from the
// start of the process until the mean Dice of the validation first reaches a target, and until the process ends.
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { comparison, median, rowOf } from "../interleave.mjs";
import { seededExample, timed } from "../jobs.mjs";
import { peerPython } from "../peers.mjs";
import { root, shared, tomoCommand } from "../places.mjs";
import { pairsWith, tunables } from "./modes.mjs";

export const title = "hippocampus to the same Dice";
export const long = true;

const results = join(root, "results", "bench", "job");
const threads = String(availableParallelism());

export async function run(options, log) {
  const { data = join(shared, "hippocampus"), seeds = "1,2,3", epochs = "30", target = "0.85" } = options;
  const { every = "1", whole, device } = options;
  const stopAt = whole ? "1" : target;
  if (!existsSync(join(data, "dataset_0.json")))
    throw new Error(
      `${data} has no dataset_0.json: name the folder of the hippocampus set with --data FOLDER`,
    );
  mkdirSync(results, { recursive: true });
  const settings = { data, epochs, target, stopAt, every, device };
  const runs = [];
  for (const [n, seed] of seeds.split(",").entries()) {
    const all = [peer("default"), ours("amp"), peer("tuned"), ours("fp32")];
    // alternating order, so that neither always runs on the warmer machine
    for (const work of n % 2 === 0 ? all : all.toReversed())
      runs.push(await logged({ ...work, seed }, settings, log));
  }
  const comparisons = pairsWith("monai").flatMap(([a, b]) => compared(runs, a, b));
  return { ...settings, ...rowOf(comparisons), runs };
}

/** Seconds to the target and to the end, of the seeds with which both reached the target. */
function compared(runs, ours, peer) {
  const of = (name, what) => runs.filter((run) => run.name === name).map((run) => run[what]);
  return ["secondsToTarget", "seconds"].flatMap((what) => {
    const [left, right] = [of(ours, what), of(peer, what)];
    const both = left.map((_, n) => n).filter((n) => left[n] !== null && right[n] !== null);
    if (both.length === 0) return [];
    const [a, b] = [left, right].map((values) => both.map((n) => 1e3 * values[n]));
    const label = what === "seconds" ? "to the end" : "to the target";
    return [comparison(`${ours}, ${label}`, `${peer}, ${label}`, a, b)];
  });
}

/** Runs one job, tells each epoch, and keeps all of them as JSON. */
async function logged({ name, seed, start }, settings, log) {
  const epochs = [];
  const add = (entry) => {
    epochs.push(entry);
    const dice = entry.dice === null ? "" : `, Dice ${entry.dice.toFixed(4)}`;
    const times = `${entry.trainingSeconds.toFixed(1)} + ${entry.validationSeconds.toFixed(1)} s`;
    log(
      `${name}, seed ${seed}, epoch ${entry.epoch}: ${times}${dice}, ${entry.elapsed.toFixed(1)} s since the start`,
    );
  };
  const seconds = await start({ ...settings, seed, add });
  const reached = epochs.find(({ dice }) => dice !== null && dice >= Number(settings.target));
  const validated = epochs.flatMap(({ dice }) => dice ?? []);
  const found = {
    name,
    seed: Number(seed),
    secondsToTarget: reached?.elapsed ?? null,
    epochOfTarget: reached?.epoch ?? null,
    seconds,
    bestDice: Math.max(...validated),
    lastDice: validated.at(-1),
    trainingSecondsPerEpoch: median(epochs.map(({ trainingSeconds }) => trainingSeconds)),
    validationSeconds: median(
      epochs.flatMap((entry) => (entry.dice === null ? [] : entry.validationSeconds)),
    ),
    epochs,
  };
  writeFileSync(join(results, `${name.replace(" ", "_")}_seed_${seed}.json`), JSON.stringify(found, null, 1));
  return found;
}

const ours = (mode) => ({
  name: `tomo ${mode}`,
  start: ({ data, seed, epochs, stopAt, every, device, add }) => {
    const folder = join(results, `tomo_${mode}_seed_${seed}`);
    const handler = { path: "custom/stop_when_good.ts#StopWhenGood", args: { key_metric: Number(stopAt) } };
    seededExample("segmentation_mr_hippocampus", folder, Number(seed), (config) => ({
      ...config,
      num_training_epoch_per_valid: Number(every),
      use_amp: mode === "amp",
      train: { ...config.train, handlers: [handler] },
    }));
    cpSync(join(root, "examples", "byoc", "custom"), join(folder, "custom"), { recursive: true });
    const set = [`DATA_ROOT=${data}`, `DATASET_JSON=${join(data, "dataset_0.json")}`, `epochs=${epochs}`];
    return timed(process.execPath, [tomoCommand, "train", "-m", folder, "--json", "--set", ...set], {
      env: device === "cpu" ? { CUDA_VISIBLE_DEVICES: "" } : {},
      onLine: epochsOf(add),
    });
  },
});

/** Joins the events of an epoch: the validation comes first, then the end of the epoch. */
function epochsOf(add) {
  let validation = null;
  return (line, elapsed) => {
    const event = JSON.parse(line);
    if (event.type === "validation") validation = { ...event, elapsed };
    if (event.type !== "epoch") return;
    add({
      epoch: event.epoch,
      loss: event.meanLoss,
      dice: validation?.keyMetric.value ?? null,
      trainingSeconds: event.seconds - event.time.validation - event.time.checkpoint,
      validationSeconds: event.time.validation,
      elapsed: validation?.elapsed ?? elapsed,
    });
    validation = null;
  };
}

const peer = (mode) => ({
  name: `monai ${mode}`,
  start: ({ data, seed, epochs, stopAt, every, device, add }) => {
    const script = join(root, "bench", "peer", "job_seg.py");
    const named = { data, seed, epochs, target: stopAt, every, device };
    const args = Object.entries(named).flatMap(([name, value]) => [`--${name}`, value]);
    const tuned = mode === "tuned";
    return timed(peerPython(), [script, ...args, "--threads", threads, ...(tuned ? ["--tuned"] : [])], {
      env: { OMP_NUM_THREADS: threads, ...(tuned ? { GLIBC_TUNABLES: tunables } : {}) },
      onLine: (line, elapsed) => add({ ...JSON.parse(line), elapsed }),
    });
  },
});
