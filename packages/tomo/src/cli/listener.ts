import { createProgress } from "../report/progress/progress.ts";
import type { RunEvent } from "../workflows/events.ts";
import type { Io } from "./io.ts";
import type { RunOptions } from "./options.ts";

/** Shows a run while it goes. */
export interface RunListener {
  readonly on: (event: RunEvent) => void;
  readonly close: () => void;
}

/** `--json`: every event as one line on stdout. `--quiet`: warnings only. Else progress in the log. */
export function listenerFor({ json, quiet, mmar, set }: RunOptions, io: Io): RunListener {
  if (json) return { on: (event) => io.out(`${JSON.stringify(event)}\n`), close: () => undefined };
  const progress = createProgress({
    write: io.err,
    terminal: io.terminal && quiet !== true,
    color: io.terminal,
    unicode: io.unicode,
    columns: () => io.columns,
    cwd: io.cwd,
    mmar,
    set,
  });
  if (!quiet) return progress;
  return {
    on: (event) => (event.type === "warning" ? progress.on(event) : undefined),
    close: progress.close,
  };
}
