import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../events.ts";
import { runFiles } from "../run_folder.ts";
import type { Listener } from "./listener.ts";
import { isRecorded } from "./recorded.ts";

/** What has no place in a log of the run. */
const quiet = new Set<RunEvent["type"]>(["validation_progress", "epoch_started", "loader_task"]);

/** metrics.jsonl: one JSON object a line, with the time; NaN and infinity are null. */
export function metricsLog(folder: string, interval: number, now: () => number = Date.now): Listener {
  let file: number | undefined;
  const write = (event: RunEvent): void => {
    file ??= openSync(join(folder, runFiles.metrics), "a");
    const line = Buffer.from(`${JSON.stringify({ at: new Date(now()).toISOString(), ...event })}\n`);
    for (let done = 0; done < line.length; ) done += writeSync(file, line, done);
    if (event.type === "validation" || event.type === "run_ended") fsyncSync(file);
  };
  return {
    on: (event) => {
      if (quiet.has(event.type)) return;
      if (event.type !== "step" || isRecorded(event, interval)) write(event);
    },
    close: () => {
      if (file !== undefined) closeSync(file);
    },
  };
}
