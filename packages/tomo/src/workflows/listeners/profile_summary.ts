import type { RunEnded, StepOperator } from "../events.ts";

/** profile/summary.json: where the time of a training went. Seconds and bytes throughout. */
export function profileSummary(end: RunEnded, steps: readonly number[]): Record<string, unknown> {
  const { time, breakdown, bottleneck, advice, seconds, peakMemory } = end;
  const operators = breakdown.operators ?? [];
  return {
    bottleneck,
    advice,
    seconds,
    time,
    steps: { count: steps.length, ...quantiles(steps) },
    peak_memory_bytes: peakMemory,
    training_data: breakdown.training,
    validation_data: breakdown.validation,
    validation: breakdown.cases,
    operator_kinds: operatorKinds(operators),
    operators,
  };
}

export interface KindTime {
  readonly kind: string;
  readonly forward: number;
  readonly backward: number;
  readonly seconds: number;
}

/** Own seconds of operators by what they are for, longest first. */
export function operatorKinds(operators: readonly StepOperator[]): KindTime[] {
  const kinds = new Map<string, KindTime>();
  for (const { kind, phase, seconds } of operators) {
    const known = kinds.get(kind) ?? { kind, forward: 0, backward: 0, seconds: 0 };
    kinds.set(kind, {
      kind,
      forward: known.forward + (phase === "forward" ? seconds : 0),
      backward: known.backward + (phase === "backward" ? seconds : 0),
      seconds: known.seconds + seconds,
    });
  }
  return [...kinds.values()].sort((a, b) => b.seconds - a.seconds);
}

function quantiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number | null => sorted[Math.floor(part * (sorted.length - 1))] ?? null;
  return { median: at(0.5), p95: at(0.95), longest: at(1) };
}
