// How time and memory of a training grow with cases, voxels, epochs and workers: small SegResnet on synthetic CTs. Times are
// those of steps, validations and checkpoints; memory is the process's largest. Nothing grows faster than what is given.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePhantoms } from "../../scripts/demo/phantoms.mjs";
import { median } from "../interleave.mjs";
import { trainingOf } from "../jobs.mjs";
import { root } from "../places.mjs";

export const title = "time and memory of a training with more cases, voxels, epochs, workers";
export const repeats = 3;

const base = { cases: 4, shape: [40, 32, 24], epochs: 2, workers: 1 };

/** The most that time and memory may grow by for the row to be 1 or less. */
const growths = [
  { what: "cases × 10", change: { cases: 40 }, time: 10, memory: 1 },
  { what: "voxels × 8", change: { shape: [80, 64, 48] }, time: 8, memory: 8 },
  { what: "epochs × 10", change: { epochs: 20 }, time: 10, memory: 1 },
  { what: "workers 1 → 2", change: { workers: 2 }, time: 1, memory: 1 },
];

export async function run({ repeats: asked }, log) {
  const folder = mkdtempSync(join(tmpdir(), "tomo-growth-"));
  try {
    const settings = [base, ...growths.map(({ change }) => ({ ...base, ...change }))];
    const names = ["base", ...growths.map(({ what }) => what)];
    const mmars = settings.map((setting, n) => mmarOf(join(folder, String(n)), setting));
    const found = names.map(() => []);
    for (let round = 0; round < Number(asked); round++)
      for (const [n, mmar] of mmars.entries()) {
        const measured = await trainingOf(mmar);
        found[n].push(measured);
        log(`${names[n]}: ${measured.seconds.toFixed(2)} s, ${(measured.rss / 1e6).toFixed(0)} MB`);
      }
    return resultOf(found);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** ratio: time by what it may be, the worst of all; 1 is linear, less is better. */
function resultOf([first, ...others]) {
  const ratios = (runs, key) => runs.map((one, n) => one[key] / first[n][key]);
  const growth = growths.map(({ what, time, memory }, n) => ({
    what,
    allowed: { time, memory },
    time: median(ratios(others[n], "seconds")),
    timeSpread: rangeOf(ratios(others[n], "seconds")),
    memory: median(ratios(others[n], "rss")),
  }));
  const worst = growth.reduce((a, b) => (b.time / b.allowed.time > a.time / a.allowed.time ? b : a));
  return {
    ratio: worst.time / worst.allowed.time,
    spread: worst.timeSpread.map((value) => value / worst.allowed.time),
    ours: 1e3 * median(first.map(({ seconds }) => seconds)),
    peer: null,
    growth,
    runs: [first, ...others],
  };
}

const rangeOf = (values) => [Math.min(...values), Math.max(...values)];

const growthText = ({ what, time, timeSpread, memory }) =>
  `${what}: time × ${time.toFixed(2)} (${timeSpread.map((value) => value.toFixed(2)).join(" … ")}), memory × ${memory.toFixed(2)}`;

export const lines = ({ growth }) => growth.map(growthText);
export const table = ({ growth }) =>
  growth.map((one) => [growthText(one), "", (one.time / one.allowed.time).toFixed(2)]);

/** The phantom example with crops of 32×32×24, no cache, one validation at the end. */
function mmarOf(folder, { cases, shape, epochs, workers }) {
  cpSync(join(root, "examples", "segmentation_ct_phantom"), folder, { recursive: true });
  makePhantoms(join(folder, "data"), { training: cases, validation: 1 }, shape);
  const path = join(folder, "config", "config_train.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  const crop = [32, 32, 24];
  const { train, validate } = config;
  train.pre_transforms.find(({ name }) => name === "CropSubVolumeCenter").args.size = crop;
  train.image_pipeline.name = "SegmentationImagePipeline";
  const { num_cache_objects, replace_percent, ...args } = train.image_pipeline.args;
  train.image_pipeline.args = { ...args, output_crop_size: crop, num_workers: workers };
  validate.inferer.args.roi_size = crop;
  writeFileSync(
    path,
    JSON.stringify({ ...config, use_amp: false, epochs, num_training_epoch_per_valid: epochs }),
  );
  return folder;
}
