import type { RunEvent } from "../events.ts";

/** Takes part in a run by its events, and is closed at its end, however it ends. */
export interface Listener {
  readonly on: (event: RunEvent) => void;
  readonly close: () => void;
}

/** A listener whose first failure becomes a warning and its end: a full disk must not end a training. */
export function tolerant(name: string, listener: Listener, warn: (event: RunEvent) => void): Listener {
  let failed = false;
  const guarded = (act: () => void): void => {
    if (failed) return;
    try {
      act();
    } catch (error) {
      failed = true;
      const reason = error instanceof Error ? error.message : String(error);
      warn({
        type: "warning",
        code: "TOMO_WRITE_FAILED",
        message: `${name} is not written any more: ${reason}`,
      });
    }
  };
  return { on: (event) => guarded(() => listener.on(event)), close: () => guarded(listener.close) };
}
