import type { RunEvent } from "../events.ts";
import { runFiles } from "../run_folder.ts";
import { AppendFile } from "./append_file.ts";
import type { Listener } from "./listener.ts";
import { isRecorded } from "./recorded.ts";

/** What has no place in a log of the run. */
const quiet = new Set<RunEvent["type"]>(["validation_progress", "epoch_started", "loader_task"]);

/** metrics.jsonl: one JSON object a line, with the time; NaN and infinity are null. */
export function metricsLog(folder: string, interval: number, now: () => number = Date.now): Listener {
  const file = new AppendFile(folder, runFiles.metrics);
  const write = (event: RunEvent): void => {
    file.write(`${JSON.stringify({ at: new Date(now()).toISOString(), ...event })}\n`);
    if (event.type === "validation" || event.type === "run_ended") file.sync();
  };
  return {
    on: (event) => {
      if (quiet.has(event.type)) return;
      if (event.type !== "step" || isRecorded(event, interval)) write(event);
    },
    close: () => file.close(),
  };
}
