// Patches a second through the whole training chain of examples/segmentation_ct_spleen against MONAI's, cached and with
// every epoch reading the files anew, with one and two workers.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { makePhantoms } from "../../scripts/demo/phantoms.mjs";
import { comparison, interleave, rowOf } from "../interleave.mjs";
import { peerPython } from "../peers.mjs";
import { shared } from "../places.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const title = "patches through the training chain of the spleen config";
export const lines = ({ patchesPerSecond }) =>
  Object.entries(patchesPerSecond).map(([name, rate]) => `${name}: ${rate.toFixed(0)} patches/s`);

/** Cases in the list, as many as the config caches; few volumes come several times. */
const cases = 20;
const patchesPerCase = 3;
const epochs = { cached: 3, cold: 1 };

export async function run({ repeats, data = join(shared, "ct_abdomen") }, log) {
  const folder = mkdtempSync(join(tmpdir(), "tomo-chain-"));
  try {
    const datalist = writeDatalist(folder, existsSync(data) ? data : phantoms(folder, log));
    const settings = ["cached", "cold"].flatMap((mode) => ["1", "2"].map((workers) => ({ mode, workers })));
    const times = {};
    // one setting after another: all caches at once would not fit the memory of a small machine
    for (const { mode, workers } of settings) {
      const pair = competitors(mode, workers, datalist);
      Object.assign(times, await interleave(pair, { warmup: 1, repeats: Number(repeats), log }));
    }
    return { ...summary(settings, times), times };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const nameOf = (tool, { mode, workers }) => `${tool} ${mode}, ${workers} worker${workers === "1" ? "" : "s"}`;

function competitors(mode, workers, datalist) {
  const args = [mode, workers, datalist, String(epochs[mode])];
  const setting = { mode, workers };
  return [
    {
      name: nameOf("tomo", setting),
      command: process.execPath,
      args: [here("chain_seg_ours.mjs"), ...args],
    },
    {
      name: nameOf("monai", setting),
      command: peerPython(),
      args: [here("../peer/chain_seg.py"), ...args],
      env: { OMP_NUM_THREADS: "1" },
    },
  ];
}

function summary(settings, times) {
  const patchesPerSecond = {};
  const comparisons = settings.map((setting) => {
    const [ours, peer] = [nameOf("tomo", setting), nameOf("monai", setting)];
    const found = comparison(ours, peer, times[ours], times[peer]);
    const patches = cases * patchesPerCase * epochs[setting.mode];
    patchesPerSecond[ours] = (1e3 * patches) / found.oursMs;
    patchesPerSecond[peer] = (1e3 * patches) / found.peerMs;
    return found;
  });
  const main = comparisons[1];
  const rates = { ours: patchesPerSecond[main.ours], peer: patchesPerSecond[main.peer] };
  return { ...rowOf(comparisons, main), ...rates, patchesPerSecond };
}

/** All cases of a data set, training and validation, again and again up to the length that the config caches. */
function writeDatalist(folder, data) {
  const { training, validation = [] } = JSON.parse(readFileSync(join(data, "dataset_0.json"), "utf8"));
  const items = [...training, ...validation].map(({ image, label }) => ({
    image: resolve(data, image),
    label: resolve(data, label),
  }));
  const list = Array.from({ length: cases }, (_, n) => items[n % items.length]);
  const path = join(folder, "datalist.json");
  writeFileSync(path, JSON.stringify({ training: list, validation: items.slice(0, 1) }));
  return path;
}

function phantoms(folder, log) {
  log("no real CTs here: making phantoms");
  makePhantoms(folder, { training: 4 }, [256, 256, 96]);
  return folder;
}
