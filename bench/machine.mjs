import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { engineInfo } from "@tomo/torch";

/** What a figure needs beside it to be read rightly. */
export function machine() {
  const flags =
    existing("/proc/cpuinfo")
      .match(/^flags\s*:(.*)$/m)?.[1]
      .split(" ") ?? [];
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    features: ["avx2", "avx512f", "avx512_bf16", "amx_bf16"].filter((feature) => flags.includes(feature)),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0],
    node: process.versions.node,
    libtorch: engineInfo().version,
  };
}

function existing(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
