// What the demos share: a fresh run folder, the commands shown and run, the datalist of real data.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const tomo = join(root, "packages", "tomo", "bin", "tomo.js");

export const say = (text) => process.stderr.write(`${text}\n`);
/** A path as the user would type it. */
export const here = (path) => relative(process.cwd(), path) || ".";

/** A copy of an example without the results of earlier demos. */
export function freshFolder(name, example) {
  const folder = join(root, "results", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "examples", example), folder, { recursive: true });
  return folder;
}

/** Shows a command of Tomo and runs it; ends the demo when it fails. */
export function run(...args) {
  say(`\n$ npx tomo ${args.map((arg) => (arg.startsWith(root) ? here(arg) : arg)).join(" ")}\n`);
  const { status } = spawnSync(process.execPath, [tomo, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Words for --set, or none. */
export const setting = (pairs) => (pairs.length > 0 ? ["--set", ...pairs] : []);

/** Settings for so many epochs, with a validation at least in the last; none for null, the config's own number. */
export const forEpochs = (epochs, interval) =>
  epochs === null ? [] : [`epochs=${epochs}`, `num_training_epoch_per_valid=${Math.min(epochs, interval)}`];

/** The folder of real data and its datalist; ends the demo when there is none. */
export function realData(data) {
  const folder = resolve(data);
  let list;
  try {
    list = readdirSync(folder)
      .sort()
      .find((name) => /^dataset.*\.json$/.test(name));
  } catch {
    say(`${folder} is no folder that can be read.`);
    process.exit(4);
  }
  if (!list) {
    say(
      `${folder} has no dataset*.json. It needs a datalist with the keys training and validation: see README.md.`,
    );
    process.exit(4);
  }
  return { folder, list: join(folder, list) };
}
