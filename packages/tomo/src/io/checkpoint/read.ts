import { TomoError } from "../../errors/tomo_error.ts";
import { readSealed } from "./files.ts";
import { generationsOf } from "./locate.ts";
import { type CheckpointState, readState } from "./state.ts";

/** A checkpoint whose files were compared with their hashes. */
export interface CheckpointFiles {
  /** Folder that was read: the prefix, or another generation of it. */
  readonly folder: string;
  readonly state: CheckpointState;
  /** Content of the files asked for, by name. */
  readonly files: Readonly<Record<string, ArrayBuffer>>;
}

/**
 * Reads the newest whole generation of a checkpoint. A damaged one is passed over with a warning.
 * @param names files to read; one that the checkpoint does not have is damage
 * @throws TomoError TOMO_CHECKPOINT_MISSING; TOMO_CHECKPOINT_DAMAGED when no generation is whole
 */
export function readCheckpointFiles(
  prefix: string,
  names: readonly string[],
  warn: (message: string) => void,
): CheckpointFiles {
  const folders = generationsOf(prefix);
  let first: unknown;
  for (const [n, folder] of folders.entries())
    try {
      const read = readGeneration(folder, names);
      if (n > 0 || folder !== prefix) warn(`${reasonText(first, prefix)}; ${folder} is used instead`);
      return read;
    } catch (error) {
      if (!(error instanceof TomoError) || error.code !== "TOMO_CHECKPOINT_DAMAGED") throw error;
      first ??= error;
    }
  throw first;
}

const reasonText = (error: unknown, prefix: string): string =>
  error instanceof Error ? error.message : `the checkpoint ${prefix} was being replaced when its run ended`;

function readGeneration(folder: string, names: readonly string[]): CheckpointFiles {
  const state = readState(folder);
  const files = names.map((name) => {
    const seal = state.files[name];
    if (seal === undefined)
      throw new TomoError("TOMO_CHECKPOINT_DAMAGED", `the checkpoint ${folder} has no ${name}`, {
        where: { file: folder },
        given: Object.keys(state.files).join(", "),
      });
    return [name, readSealed(folder, name, seal)] as const;
  });
  return { folder, state, files: Object.fromEntries(files) };
}
