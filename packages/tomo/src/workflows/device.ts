import { availableParallelism } from "node:os";
import { cuda, flushDenormals, resetPeakMemory, setThreads } from "@tomo/torch";
import { TomoError } from "../errors/tomo_error.ts";
import type { Precision } from "./events.ts";

export interface Machine {
  /** "cpu" or "cuda:0". */
  readonly device: string;
  /** Native threads of operators called from this thread. */
  readonly threads: number;
}

/**
 * Loads the engine, counts the peak of memory from here on, chooses the device and sets this thread's number of native threads: all cores, whatever the number of loader
 * workers. Sums are split among threads, so a number that followed num_workers would change the last bits of the
 * result; and loader workers wait most of the time.
 */
export function prepareMachine(wanted: string, threads: number | null): Machine {
  resetPeakMemory();
  const device = chooseDevice(wanted);
  const count = threads ?? availableParallelism();
  setThreads(count);
  flushDenormals(true);
  return { device, threads: count };
}

function chooseDevice(wanted: string): string {
  if (wanted === "cpu") return "cpu";
  const { devices, problem } = cuda();
  if (wanted === "auto") return devices > 0 ? "cuda:0" : "cpu";
  const match = /^cuda(?::(\d+))?$/.exec(wanted);
  const index = Number(match?.[1] ?? 0);
  if (match !== null && index < devices) return `cuda:${index}`;
  throw new TomoError("TOMO_BAD_DEVICE", `the device ${wanted} cannot be used`, {
    given: wanted,
    expected: ["auto", "cpu", ...Array.from({ length: devices }, (_, n) => `cuda:${n}`)].join(", "),
    hint: problem ?? undefined,
  });
}

/** What use_amp means. bfloat16 has the range of float32 and needs no loss scale; float16 is for GPUs without it. */
export const precisionOf = (useAmp: boolean, amp: "bfloat16" | "float16" = "bfloat16"): Precision =>
  useAmp ? amp : "float32";
