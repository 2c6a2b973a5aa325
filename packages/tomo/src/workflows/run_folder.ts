import { existsSync, readdirSync, renameSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { engineInfo } from "@tomo/torch";
import type { ModuleRef } from "../config/component_spec.ts";
import type { JsonObject } from "../config/source/json.ts";
import { makeFolder, removeLeftovers, writeFailure, writeFileAtomic } from "../io/atomic_file.ts";
import { checkpointNames } from "./checkpoint.ts";
import type { Precision, Workflow } from "./events.ts";
import { tomoVersion } from "./version.ts";

/** Files of a training run besides its checkpoints and event files. */
export const runFiles = {
  config: "config_resolved.json",
  record: "run.json",
  metrics: "metrics.jsonl",
  stats: "train_stats.json",
  profile: "profile",
} as const;

/** What cannot be read from the config but made the numbers what they are. */
export interface RunRecord {
  readonly workflow: Workflow;
  readonly device: string;
  readonly threads: number;
  readonly precision: Precision;
  readonly startedFrom: string | null;
  /** Files of the user's own components, with what they were. */
  readonly ownComponents: readonly ModuleRef[];
}

/**
 * Makes the folder of a training run: results of an earlier run move into a folder of their own, the resolved config
 * and a record of the environment are written. So a folder that cannot be written to is found before training.
 * @param keep checkpoint folder that stays: the one that this run starts from
 * @returns the folder that earlier results were moved to, or null
 * @throws TomoError TOMO_WRITE_FAILED
 */
export function prepareRunFolder(
  folder: string,
  config: JsonObject,
  record: RunRecord,
  keep: string | null,
): string | null {
  makeFolder(folder);
  const archive = archiveEarlier(folder, keep);
  writeJson(join(folder, runFiles.config), config);
  writeJson(join(folder, runFiles.record), environmentRecord(record));
  removeLeftovers(folder);
  return archive;
}

/** Stable order of keys, two blanks, newline at the end. */
export const writeJson = (path: string, value: unknown): void =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);

function archiveEarlier(folder: string, keep: string | null): string | null {
  const kept = keep === null ? null : resolve(keep);
  const found = readdirSync(folder).filter((name) => isResult(name) && resolve(folder, name) !== kept);
  if (found.length === 0) return null;
  const archive = freeName(folder);
  makeFolder(archive);
  for (const name of found)
    try {
      renameSync(join(folder, name), join(archive, name));
    } catch (cause) {
      throw writeFailure(join(archive, name), cause);
    }
  return archive;
}

function isResult(name: string): boolean {
  const files: readonly string[] = Object.values(runFiles);
  const base = name.replace(/\.(previous|next)$/, "");
  return (
    files.includes(name) ||
    name.startsWith("events.out.tfevents.") ||
    checkpointNames.some((own) => own === base)
  );
}

function freeName(folder: string): string {
  for (let n = 1; ; n++) {
    const path = join(folder, `earlier_${String(n).padStart(3, "0")}`);
    if (!existsSync(path)) return path;
  }
}

export const environmentRecord = (record: RunRecord) => ({
  ...record,
  started: new Date().toISOString(),
  command: process.argv.slice(1),
  versions: { tomo: tomoVersion(), node: process.version, libtorch: engineInfo().version },
  machine: {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: totalmem(),
    capability: engineInfo().cpuCapability,
  },
});
