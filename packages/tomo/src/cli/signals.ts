/** Exit codes by convention: 128 + number of the signal. */
const codes = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof codes;

export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came, else null. */
  readonly exitCode: () => number | null;
  readonly dispose: () => void;
}

/** The first SIGINT or SIGTERM asks the run to finish its step and save; the second ends the process at once. */
export function interruptible(
  say: (text: string) => void,
  end = (code: number): void => process.exit(code),
): Interruption {
  const controller = new AbortController();
  let code: number | null = null;
  const on = (signal: StopSignal) => (): void => {
    if (code === null) {
      code = codes[signal];
      say("stopping after this step; once more to stop now\n");
      controller.abort(new Error(`stopped by ${signal}`));
    } else end(codes[signal]);
  };
  const listeners = (Object.keys(codes) as StopSignal[]).map((signal) => [signal, on(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return {
    signal: controller.signal,
    exitCode: () => code,
    dispose: () => {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
}
