// Memory of a whole training whose volumes would not fit as float32, and its wait for data: examples/segmentation_ct_spleen
// with all cases of a large set in its cache, within a budget, with the half of it, and with a Smart Cache that exchanges
// cases while it trains. Files of the set are links to few phantoms.
import { cpSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePhantoms } from "../../scripts/demo/phantoms.mjs";
import { trainingOf } from "../jobs.mjs";
import { root } from "../places.mjs";

export const title = "memory of a training with 64 volumes of 512×512×100 in its cache";
export const long = true;

const cases = 64;
const different = 8;
const shape = [512, 512, 100];
const floats = cases * 2 * 4 * shape.reduce((product, size) => product * size, 1);
const settings = [
  { num_cache_objects: cases, replace_percent: 0, cache_memory: 4e9 },
  { num_cache_objects: cases, replace_percent: 0, cache_memory: 2e9 },
  { num_cache_objects: 16, replace_percent: 0.25, cache_memory: 4e9 },
];

export async function run({ epochs = "2" }, log) {
  const folder = mkdtempSync(join(tmpdir(), "tomo-budget-"));
  try {
    log(`making ${different} phantoms`);
    const data = join(folder, "data");
    makePhantoms(data, { training: different, validation: 1 }, shape);
    writeFileSync(join(data, "dataset_0.json"), JSON.stringify(multiplied(data)));
    const runs = [];
    for (const [n, cache] of settings.entries()) {
      // as many steps with a small cache, whose epochs are shorter
      const visits = (Number(epochs) * cases) / cache.num_cache_objects;
      const mmar = mmarOf(join(folder, String(n)), data, cache, visits);
      const found = { cache, ...(await trainingOf(mmar)) };
      log(lineOf(found));
      runs.push(found);
    }
    const [first] = runs;
    return { ratio: first.rss / floats, spread: null, ours: 1e3 * first.seconds, peer: null, runs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const GB = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`;
const lineOf = ({ cache, seconds, rss, tensors, time, said }) =>
  [
    `${cache.num_cache_objects} cases (${GB((cache.num_cache_objects * floats) / cases)} as float32) within ${GB(cache.cache_memory)}: process ${GB(rss)}, tensors ${GB(tensors)} at most`,
    `${seconds.toFixed(0)} s, of which ${time.wait.toFixed(0)} s waiting for data`,
    ...new Set(said.filter((message) => /cache/i.test(message))),
  ].join("\n  ");

export const lines = ({ runs }) => runs.map(lineOf);
export const table = ({ runs }) =>
  runs.map((run) => [lineOf(run).replaceAll("\n ", ";"), "", (run.rss / floats).toFixed(2)]);

/** The datalist with as many cases as the set shall have, each with files of its own name. */
function multiplied(data) {
  const { training, ...rest } = JSON.parse(readFileSync(join(data, "dataset_0.json"), "utf8"));
  const linked = (path, n) => {
    const name = path.replace("/", `/case_${n}_`);
    linkSync(join(data, path), join(data, name));
    return name;
  };
  const list = Array.from({ length: cases }, (_, n) => {
    const { image, label } = training[n % training.length];
    return { image: linked(image, n), label: linked(label, n) };
  });
  return { ...rest, training: list };
}

function mmarOf(folder, data, cache, epochs) {
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "examples", "segmentation_ct_spleen"), folder, { recursive: true });
  const path = join(folder, "config", "config_train.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  const { args } = config.train.image_pipeline;
  Object.assign(args, cache);
  writeFileSync(
    path,
    JSON.stringify({ ...config, use_amp: true, epochs, num_training_epoch_per_valid: epochs + 1 }),
  );
  const environment = join(folder, "config", "environment.json");
  const known = JSON.parse(readFileSync(environment, "utf8"));
  const places = { DATA_ROOT: data, DATASET_JSON: join(data, "dataset_0.json") };
  writeFileSync(environment, JSON.stringify({ ...known, ...places }));
  return folder;
}
