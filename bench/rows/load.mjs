// Files on disk (in the page cache) to float32 arrays: LoadNifti against nibabel, LoadPng and LoadJpg against Pillow.
// One thread each, in CPU time, which the neighbours on a shared machine hardly change.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comparison, interleave, rowOf } from "../interleave.mjs";
import { peerPython } from "../peers.mjs";
import { loadKinds } from "./load_files.mjs";

export const title = "files to float32 arrays, one thread, CPU time a file";

const here = (path) => new URL(path, import.meta.url).pathname;

export async function run({ repeats }, log) {
  const folder = mkdtempSync(join(tmpdir(), "tomo-load-"));
  try {
    const kinds = await loadKinds(folder);
    const comparisons = [];
    for (const kind of kinds) comparisons.push(...(await compare(kind, folder, Number(repeats), log)));
    return rowOf(comparisons);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds a file of ours and of the peers'; one repeat reads all files of the kind `rounds` times. */
async function compare({ name, loader, files, rounds }, folder, repeats, log) {
  const list = join(folder, "files.json");
  writeFileSync(list, JSON.stringify(files));
  const peers = loader === "LoadNifti" ? ["nibabel", "nibabel in C order"] : ["Pillow"];
  const env = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const args = [list, String(rounds)];
  const ours = {
    name: "tomo",
    command: process.execPath,
    args: [here("load_ours.mjs"), loader, ...args],
    env,
  };
  const others = peers.map((peer) => ({
    name: peer,
    command: peerPython(),
    args: [here("../peer/load.py"), peer, ...args],
    env,
  }));
  log(`${name}: ${files.length} files`);
  const times = await interleave([ours, ...others], { warmup: 1, repeats, log });
  const perFile = (values) => values.map((value) => value / (rounds * files.length));
  return peers.map((peer) => comparison(`tomo, ${name}`, peer, perFile(times.tomo), perFile(times[peer])));
}
