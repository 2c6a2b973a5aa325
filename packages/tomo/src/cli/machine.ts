import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { delimiter, join } from "node:path";

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

const wanted = ["avx2", "avx512f", "avx512_bf16", "amx_bf16"];

export function machine(): Machine {
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    features: existsSync("/proc/cpuinfo") ? cpuFeatures(readFileSync("/proc/cpuinfo", "utf8")) : null,
    memory: { total: totalmem(), free: freemem(), limit: memoryLimit() },
    tensorboard: onPath("tensorboard"),
  };
}

/** Reads the flags of the first processor in /proc/cpuinfo. */
export function cpuFeatures(cpuinfo: string): Readonly<Record<string, boolean>> {
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/));
  return Object.fromEntries(wanted.map((name) => [name, flags.has(name)]));
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
