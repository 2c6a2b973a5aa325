import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { engineInfo } from "@tomo/torch";

/** What a figure needs beside it to be read rightly. */
export function machine(device = "cpu") {
  const flags =
    existing("/proc/cpuinfo")
      .match(/^flags\s*:(.*)$/m)?.[1]
      .split(" ") ?? [];
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    features: ["avx2", "avx512f", "avx512_bf16", "amx_bf16"].filter((feature) => flags.includes(feature)),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    gpu: device === "cpu" ? null : gpu(),
    load: loadavg()[0],
    node: process.versions.node,
    libtorch: engineInfo().version,
  };
}

function gpu() {
  const query = ["--query-gpu=name,driver_version", "--format=csv,noheader"];
  return spawnSync("nvidia-smi", query, { encoding: "utf8" }).stdout?.trim() ?? "unknown GPU";
}

function existing(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
