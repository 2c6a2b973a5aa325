import { memoryUse, resetPeakMemory } from "@tomo/torch";
import { stopwatch } from "../stopwatch.ts";
import type { DeepCheck, Trial } from "./report.ts";

/** Runs one trial after the other, and keeps what each took. */
export class Stage {
  readonly #trials: Trial[] = [];
  readonly #notes = new Set<string>();
  readonly #tell: (text: string) => void;

  /** @param tell Receives the name of each trial before it starts. */
  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  readonly note = (text: string): void => void this.#notes.add(text);

  /** @param said What came of it, in words. */
  async try<T>(what: string, act: () => T | Promise<T>, said: (result: T) => string | null = () => null) {
    this.#tell(what);
    resetPeakMemory();
    const lap = stopwatch();
    const result = await act();
    const { peak } = memoryUse();
    this.#trials.push({ what, seconds: lap(), peak: peak === 0 ? null : peak, result: said(result) });
    return result;
  }

  report(): DeepCheck {
    return { trials: this.#trials, notes: [...this.#notes] };
  }
}
