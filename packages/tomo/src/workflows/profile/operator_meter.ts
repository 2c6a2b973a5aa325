import { cudaSynchronize, type OperatorTime, recordOperators, takeOperatorTimes } from "@tomo/torch";
import type { StepOperator } from "../events.ts";

type Phase = StepOperator["phase"];

/** Times the operators of training steps by phase; waits for the GPU at the end of each, so that phases get what is theirs. */
export class OperatorMeter {
  readonly #cuda: boolean;
  readonly #times = new Map<string, StepOperator>();

  constructor(device: string) {
    this.#cuda = device.startsWith("cuda");
  }

  begin(): void {
    recordOperators(true);
  }

  /** Ends a phase. */
  settle(phase: Phase): void {
    if (this.#cuda) cudaSynchronize();
    for (const time of takeOperatorTimes()) this.#add(phase, time);
  }

  end(): void {
    recordOperators(false);
    takeOperatorTimes();
  }

  /** By phase and operator, longest first. */
  times(): StepOperator[] {
    return [...this.#times.values()].sort((a, b) => b.seconds - a.seconds);
  }

  #add(phase: Phase, { name, kind, calls, seconds }: OperatorTime): void {
    const key = `${phase} ${name}`;
    const known = this.#times.get(key) ?? { phase, name, kind, calls: 0, seconds: 0 };
    this.#times.set(key, { ...known, calls: known.calls + calls, seconds: known.seconds + seconds });
  }
}
