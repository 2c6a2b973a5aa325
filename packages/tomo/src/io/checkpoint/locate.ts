import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nearest } from "../../errors/nearest.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { nextOf, previousOf, stateFile } from "./files.ts";

/**
 * Folders that may hold the checkpoint of a prefix such as `.../models/model.ckpt`, the one to try first in front.
 * @throws TomoError TOMO_CHECKPOINT_MISSING (with the names that are there), TOMO_NOT_YET for TensorFlow's files
 */
export function generationsOf(prefix: string): string[] {
  const found = [prefix, nextOf(prefix), previousOf(prefix)].filter((folder) => existsSync(folder));
  if (found.length > 0) return found;
  if (existsSync(`${prefix}.index`)) throw tensorFlowCheckpoint(prefix);
  throw new TomoError("TOMO_CHECKPOINT_MISSING", `there is no checkpoint ${prefix}`, {
    where: { file: prefix },
    hint: whatIsThere(prefix),
  });
}

const tensorFlowCheckpoint = (prefix: string): TomoError =>
  new TomoError("TOMO_NOT_YET", `${prefix} is a TensorFlow checkpoint, which cannot be read yet`, {
    where: { file: `${prefix}.index` },
    hint: "train with Tomo, or wait for the release that imports TensorFlow checkpoints",
  });

function whatIsThere(prefix: string): string {
  const folder = dirname(prefix);
  if (!existsSync(folder)) return `the folder ${folder} does not exist`;
  const names = checkpointsIn(folder);
  if (names.length === 0) return `the folder ${folder} has no checkpoint; train first`;
  const near = nearest(basename(prefix), names);
  return near === undefined ? `${folder} has ${names.join(", ")}` : `did you mean ${join(folder, near)}?`;
}

/** Names of the checkpoints in a folder, and of those one folder deeper (`models/model.ckpt`). */
function checkpointsIn(folder: string): string[] {
  const isCheckpoint = (path: string) => existsSync(join(path, stateFile));
  const folders = (path: string) =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  return folders(folder).flatMap((name) =>
    isCheckpoint(join(folder, name))
      ? [name]
      : folders(join(folder, name))
          .filter((inner) => isCheckpoint(join(folder, name, inner)))
          .map((inner) => join(name, inner)),
  );
}
