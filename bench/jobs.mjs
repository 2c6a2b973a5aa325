// What rows of whole trainings share: a copy of an example with a seed of its own, and a command that is timed.
import { spawn } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { root } from "./places.mjs";

/** Copies an example to `folder` with the seeds in its config, which --set cannot reach; `change` may alter the config. */
export function seededExample(name, folder, seed, change = (config) => config) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, "examples", name), folder, { recursive: true });
  const path = join(folder, "config", "config_train.json");
  const determinism = { python_seed: String(seed), random_seed: seed, numpy_seed: seed, tf_seed: seed };
  const config = { ...JSON.parse(readFileSync(path, "utf8")), determinism };
  writeFileSync(path, JSON.stringify(change(config), null, 2));
}

/**
 * Seconds that a command takes from start to exit. `onLine` gets each line of its stdout with the seconds since the
 * start; without it stdout goes to stderr.
 */
export function timed(command, args, { env = {}, onLine } = {}) {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1e3;
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", onLine === undefined ? 2 : "pipe", 2];
    const child = spawn(command, args, { stdio, env: { ...process.env, ...env } });
    if (onLine !== undefined)
      createInterface({ input: child.stdout }).on("line", (line) => onLine(line, elapsed()));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(elapsed()) : reject(new Error(`${command} ended with exit code ${code}`)),
    );
  });
}

/** Trains an MMAR as its config says; answers what rows/train_ours.mjs prints. */
export async function trainingOf(mmar) {
  const script = fileURLToPath(new URL("rows/train_ours.mjs", import.meta.url));
  let found;
  await timed(process.execPath, [script, mmar], {
    onLine: (line) => {
      found = JSON.parse(line);
    },
  });
  return found;
}
