import { readFileSync, writeFileSync } from "node:fs";

/** Resident memory of this process in MiB: now, and at its highest since the start or `startPeak`. */
export function resident() {
  const status = readFileSync("/proc/self/status", "utf8");
  const value = (key) => Math.round(Number(status.match(new RegExp(`^${key}:\\s*(\\d+) kB`, "m"))[1]) / 1024);
  return { now: value("VmRSS"), peak: value("VmHWM") };
}

export const startPeak = () => writeFileSync("/proc/self/clear_refs", "5");
