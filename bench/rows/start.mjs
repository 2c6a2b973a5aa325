// From the start of the process to the first training step of a seed-like tiny MMAR (SegAhnet, the spleen's chain, crops of
// 32³ from 20 synthetic CTs), `tomo check` and `tomo --help`; MONAI's script and its import beside them.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makePhantoms } from "../../scripts/demo/phantoms.mjs";
import { comparison, median, rowOf } from "../interleave.mjs";
import { peerPython } from "../peers.mjs";
import { root, tomoCommand } from "../places.mjs";

export const title = "process start to the first training step; check; --help";

export async function run({ repeats }, log) {
  const folder = mkdtempSync(join(tmpdir(), "tomo-start-"));
  try {
    const mmar = tinyMmar(folder);
    const commands = commandsOn(mmar);
    const times = Object.fromEntries(commands.map(({ name }) => [name, []]));
    // repeats alternate, so that drifts of the machine hit all alike; the first round warms the file cache
    for (let round = 0; round <= Number(repeats); round++)
      for (const command of commands) {
        const milliseconds = await timed(command);
        if (round > 0) times[command.name].push(milliseconds);
        log(`${command.name}: ${milliseconds.toFixed(0)} ms${round === 0 ? " (warm-up)" : ""}`);
      }
    return resultOf(times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const table = ({ comparisons, check }) => [
  ...comparisons.map(({ ours, peer, oursMs, peerMs, ratio, spread }) => [
    `${ours}, ${oursMs.toFixed(0)} ms`,
    `${peer}, ${peerMs.toFixed(0)} ms`,
    `${ratio.toFixed(1)} (${spread.map((value) => value.toFixed(1)).join(" … ")})`,
  ]),
  [`tomo check, ${check.toFixed(0)} ms`, "", ""],
];

export const lines = ({ check }) => [`tomo check ${check.toFixed(0)} ms`];

function resultOf(times) {
  const compared = [
    ["tomo train", "monai train"],
    ["tomo --help", "import monai"],
  ];
  const comparisons = compared.map(([ours, peer]) => comparison(ours, peer, times[ours], times[peer]));
  return { ...rowOf(comparisons), check: median(times["tomo check"]), times };
}

/** The spleen's config with small crops, on phantoms. */
function tinyMmar(folder) {
  const example = join(root, "examples", "segmentation_ct_spleen", "config");
  const data = join(folder, "data");
  makePhantoms(data, { training: 16, validation: 4 });
  mkdirSync(join(folder, "config"));
  cpSync(join(example, "config_validation_ckpt.json"), join(folder, "config", "config_validation.json"));
  const small = readFileSync(join(example, "config_train.json"), "utf8")
    .replaceAll(/\[\s*(96|160),\s*\1,\s*\1\s*\]/g, "[32, 32, 32]")
    .replace(/"epochs":\s*\d+/, '"epochs": 1');
  writeFileSync(join(folder, "config", "config_train.json"), small);
  const environment = {
    DATA_ROOT: data,
    DATASET_JSON: join(data, "dataset_0.json"),
    PROCESSING_TASK: "segmentation",
    MMAR_CKPT_DIR: "models",
    MMAR_EVAL_OUTPUT_PATH: "eval",
  };
  writeFileSync(join(folder, "config", "environment.json"), JSON.stringify(environment));
  return folder;
}

/** `until`: a line of stdout that ends the measurement, and the process; without it the process ends by itself. */
function commandsOn(mmar) {
  const python = peerPython();
  const threads = String(availableParallelism());
  const script = join(root, "bench", "peer", "start.py");
  const env = { OMP_NUM_THREADS: threads };
  const ours = (...args) => ({ command: process.execPath, args: [tomoCommand, ...args] });
  return [
    { name: "tomo train", ...ours("train", "-m", mmar, "--json"), until: /"type":"step"/ },
    { name: "monai train", command: python, args: [script, join(mmar, "data")], env, until: /^step/ },
    { name: "tomo check", ...ours("check", "-m", mmar) },
    { name: "tomo --help", ...ours("--help") },
    { name: "import monai", command: python, args: ["-c", "import torch, monai"], env },
  ];
}

function timed({ name, command, args, env = {}, until }) {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let [errors, found] = ["", null];
    child.stderr.on("data", (text) => {
      errors += text;
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (found !== null || !until?.test(line)) return;
      found = performance.now() - start;
      child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (found !== null) resolve(found);
      else if (until === undefined && code === 0) resolve(performance.now() - start);
      else reject(new Error(`${name} ended with exit code ${code}\n${errors}`));
    });
  });
}
