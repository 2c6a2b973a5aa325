import type { RunEvent } from "../workflows/events.ts";
import type { WorkflowOptions } from "../workflows/index.ts";
import type { Io } from "./io.ts";
import { listenerFor } from "./listener.ts";
import type { RunOptions } from "./options.ts";
import { type Interruption, interruptible } from "./signals.ts";

/** The workflows as the command line sees them; `../workflows/index.ts` has this shape. */
export type Workflows = Readonly<
  Record<"train" | "validate" | "infer", (options: WorkflowOptions) => Promise<unknown>>
>;

/** Everything of the outside that a run needs; tests give their own. */
export interface RunWorld {
  readonly load: () => Promise<Workflows>;
  readonly interruption: (say: (text: string) => void) => Interruption;
}

const world: RunWorld = { load: () => import("../workflows/index.ts"), interruption: interruptible };

/** Runs a workflow to its end and returns the exit code: 0, or 130/143 after a signal. */
export async function runWorkflow(
  workflow: keyof Workflows,
  options: RunOptions,
  io: Io,
  { load, interruption }: RunWorld = world,
): Promise<number> {
  const workflows = await load();
  const listener = listenerFor(options, io);
  const interrupted = interruption(io.err);
  const { mmar, config, environment, set, profile } = options;
  const onEvent = (event: RunEvent): void => listener.on(event);
  try {
    const { signal } = interrupted;
    await workflows[workflow]({ mmar, config, environment, set, profile, signal, onEvent });
    return interrupted.exitCode() ?? 0;
  } catch (thrown) {
    const code = interrupted.exitCode();
    // an aborted run may end by throwing the abort itself
    if (code !== null && isAbort(thrown, interrupted.signal)) return code;
    throw thrown;
  } finally {
    listener.close();
    interrupted.dispose();
  }
}

const isAbort = (thrown: unknown, signal: AbortSignal): boolean =>
  thrown === signal.reason || (thrown instanceof Error && thrown.name === "AbortError");
