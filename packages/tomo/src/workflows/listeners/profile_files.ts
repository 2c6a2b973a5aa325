import { join } from "node:path";
import { csvRow } from "../../io/csv.ts";
import type { RunEvent } from "../events.ts";
import { runFiles, writeJson } from "../run_folder.ts";
import { AppendFile } from "./append_file.ts";
import type { Listener } from "./listener.ts";
import { profileSummary } from "./profile_summary.ts";
import { traceFile } from "./trace_file.ts";

/** What a profiled training writes into `profile`, by name: tables that spreadsheets open, and a trace for Perfetto. */
export function profileFiles(runFolder: string): readonly (readonly [string, Listener])[] {
  const folder = join(runFolder, runFiles.profile);
  const shown = (name: string) => join(runFiles.profile, name);
  return [
    [shown("steps.csv"), table(new AppendFile(folder, "steps.csv", csvRow(stepColumns)), stepRow)],
    [shown("validation.csv"), table(new AppendFile(folder, "validation.csv", csvRow(caseColumns)), caseRow)],
    [shown("trace.json"), traceFile(new AppendFile(folder, "trace.json", "[\n"))],
    [shown("summary.json"), summaryFile(join(folder, "summary.json"))],
  ];
}

type Cell = string | number;

function table(file: AppendFile, rowOf: (event: RunEvent) => readonly Cell[] | null): Listener {
  return {
    on: (event) => {
      const row = rowOf(event);
      if (row !== null) file.write(csvRow(row.map(String)));
      if (event.type === "epoch" || event.type === "run_ended") file.sync();
    },
    close: () => file.close(),
  };
}

/** One row for each step, validation and checkpoint: their seconds add up to the run's. */
const stepColumns = [
  ...["time", "kind", "epoch", "step"],
  ...["wait_s", "transfer_s", "forward_s", "backward_s", "optimizer_s", "validation_s", "checkpoint_s"],
  ...["memory_bytes", "peak_memory_bytes", "loss", "cases"],
];

function stepRow(event: RunEvent): Cell[] | null {
  if (event.type !== "step" && event.type !== "validation" && event.type !== "checkpoint") return null;
  const { moment } = event;
  const at = new Date(moment?.at ?? Date.now()).toISOString();
  const memory = [moment?.memory ?? "", moment?.peakMemory ?? ""];
  const none = [0, 0, 0, 0, 0];
  if (event.type === "validation")
    return [at, "validation", event.epoch, event.globalStep, ...none, micro(event.seconds), 0, ...memory, "", ""];
  if (event.type === "checkpoint")
    return [at, `checkpoint ${event.reason}`, event.epoch, "", ...none, 0, micro(event.seconds), ...memory, "", ""];
  const { wait, transfer, forward, backward, optimizer } = event.time;
  const seconds = [wait, transfer, forward, backward, optimizer].map(micro);
  const cases = [...new Set(event.cases)].join(" ");
  return [at, "step", event.epoch, event.globalStep, ...seconds, 0, 0, ...memory, event.loss, cases];
} // biome-ignore format: rows

/** One row for each case of a validation, or batch of a classification. */
const caseColumns = [
  ...["time", "epoch", "case", "done"],
  ...["wait_s", "inference_s", "post_processing_s", "scoring_s", "writing_s"],
  ...["memory_bytes", "peak_memory_bytes"],
];

function caseRow(event: RunEvent): Cell[] | null {
  if (event.type !== "validation_progress") return null;
  const { epoch, done, time, moment } = event;
  const at = new Date(moment?.at ?? Date.now()).toISOString();
  const seconds = [time.wait, time.inference, time.post, time.scoring, time.writing].map(micro);
  return [at, epoch, event.case, done, ...seconds, moment?.memory ?? "", moment?.peakMemory ?? ""];
}

/** Seconds to the microsecond. */
const micro = (seconds: number): number => Number(seconds.toFixed(6));

/** Written once, at the end of the run. */
function summaryFile(path: string): Listener {
  const steps: number[] = [];
  return {
    on: (event) => {
      if (event.type === "step") steps.push(event.seconds);
      if (event.type === "run_ended") writeJson(path, profileSummary(event, steps));
    },
    close: () => {},
  };
}
