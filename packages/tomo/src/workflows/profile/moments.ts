import { type MemoryUse, memoryUse, resetPeakMemory } from "@tomo/torch";
import type { Moment, RunEvent } from "../events.ts";

/** The clock and the memory of a run; tests hand in their own. */
export interface Gauge {
  readonly now: () => number;
  readonly memory: () => Pick<MemoryUse, "live" | "peak">;
  readonly resetPeak: () => void;
}

const gauge: Gauge = {
  now: () => performance.timeOrigin + performance.now(),
  memory: memoryUse,
  resetPeak: resetPeakMemory,
};

/** Stamps events with their moment, and keeps the peak of the whole run, which each stamp resets. */
export class Moments {
  readonly #gauge: Gauge;
  #peak = 0;

  constructor(own: Gauge = gauge) {
    this.#gauge = own;
  }

  stamped(event: RunEvent): RunEvent {
    if (!hasMoment(event)) return event;
    const { live, peak } = this.#gauge.memory();
    this.#peak = Math.max(this.#peak, peak);
    this.#gauge.resetPeak();
    const moment: Moment = { at: this.#gauge.now(), memory: live, peakMemory: peak };
    return { ...event, moment };
  }

  /** Bytes at most so far. */
  get peak(): number {
    return Math.max(this.#peak, this.#gauge.memory().peak);
  }
}

const stampedTypes = ["step", "validation_progress", "validation", "checkpoint"] as const;
type Stamped = Extract<RunEvent, { type: (typeof stampedTypes)[number] }>;

const hasMoment = (event: RunEvent): event is Stamped =>
  (stampedTypes as readonly string[]).includes(event.type);
