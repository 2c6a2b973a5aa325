import { existsSync, readFileSync } from "node:fs";

const wanted = ["avx2", "avx512f", "avx512_bf16", "amx_bf16"];
const file = "/proc/cpuinfo";

/** Which of avx2, avx512f, avx512_bf16 and amx_bf16 this CPU has; null where the system does not tell. */
export const cpuFeatures = (): Readonly<Record<string, boolean>> | null =>
  existsSync(file) ? featuresIn(readFileSync(file, "utf8")) : null;

/** Reads the flags of the first processor in /proc/cpuinfo. */
export function featuresIn(cpuinfo: string): Readonly<Record<string, boolean>> {
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/));
  return Object.fromEntries(wanted.map((name) => [name, flags.has(name)]));
}

/** What computes bfloat16 in hardware on a device, in words; null where nothing is known to. */
export function fastBfloat16(device: string): string | null {
  if (device !== "cpu") return "this GPU, if it is of Ampere's generation or later,";
  const features = cpuFeatures() ?? {};
  const found = ["amx_bf16", "avx512_bf16"].find((name) => features[name]);
  return found === undefined ? null : `this CPU (${found})`;
}
