import { existsSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { cpuFeatures } from "../workflows/cpu_features.ts";

export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  /** Cores that this process may use. */
  readonly cores: number;
  /** Of avx2, avx512f, avx512_bf16, amx_bf16; null where the system does not tell. */
  readonly features: Readonly<Record<string, boolean>> | null;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number; readonly limit: number | null };
  /** Path of the `tensorboard` command, or null. */
  readonly tensorboard: string | null;
}

export function machine(): Machine {
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    features: cpuFeatures(),
    memory: { total: totalmem(), free: freemem(), limit: memoryLimit() },
    tensorboard: onPath("tensorboard"),
  };
}

/** What a container allows, or null without a limit. */
function memoryLimit(): number | null {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < totalmem() ? limit : null;
}

function onPath(command: string): string | null {
  const names = process.platform === "win32" ? [`${command}.exe`] : [command];
  for (const folder of (process.env.PATH ?? "").split(delimiter))
    for (const name of names) if (folder !== "" && existsSync(join(folder, name))) return join(folder, name);
  return null;
}
