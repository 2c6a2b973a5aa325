import type { RunEvent } from "../workflows/events.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

/** Shows a run while it goes. */
export interface RunListener {
  readonly on: (event: RunEvent) => void;
  readonly close: () => void;
}

/** `--json`: every event as one line on stdout. `--quiet`: warnings only. Else progress in the log. */
export function listenerFor({ json, quiet }: CommonOptions, io: Io): RunListener {
  if (json) return { on: (event) => io.out(`${JSON.stringify(event)}\n`), close: () => undefined };
  const plain = plainListener(io);
  if (!quiet) return plain;
  return { on: (event) => (event.type === "warning" ? plain.on(event) : undefined), close: plain.close };
}

/** One line for what matters. */
function plainListener(io: Io): RunListener {
  const say = (text: string): void => io.err(`${text}\n`);
  const on = (event: RunEvent): void => {
    if (event.type === "warning") say(`warning: ${event.message} (${event.code})`);
    if (event.type === "note") say(event.message);
    if (event.type === "epoch")
      say(
        `epoch ${event.epoch}/${event.epochs}  loss ${event.meanLoss.toFixed(4)}  ${event.seconds.toFixed(1)} s`,
      );
    if (event.type === "validation") say(`  ${event.keyMetric.name} ${event.keyMetric.value.toFixed(4)}`);
    if (event.type === "case") say(`${event.done}/${event.total}  ${event.case}`);
    if (event.type === "run_ended")
      say(`${event.outcome} after ${event.seconds.toFixed(1)} s; ${event.bottleneck}`);
  };
  return { on, close: () => undefined };
}
