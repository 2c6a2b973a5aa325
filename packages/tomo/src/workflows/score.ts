import type { CaseScore, Metric } from "../components/contracts.ts";
import type { MetricValue } from "./events.ts";

/** Scores of one metric, a case each, with what they sum up to. */
export interface Scored {
  readonly metric: Metric;
  readonly scores: readonly CaseScore[];
  readonly value: MetricValue;
}

export const summariseAll = (
  metrics: readonly Metric[],
  scores: readonly (readonly CaseScore[])[],
): Scored[] =>
  metrics.map((metric, n) => ({ metric, scores: scores[n]!, value: summaryOf(metric, scores[n]!) }));

function summaryOf(metric: Metric, scores: readonly CaseScore[]): MetricValue {
  const { name, doSummary, doPrint } = metric;
  const parts = [...new Set(scores.flatMap((score) => Object.keys(score.parts)))];
  return {
    name,
    value: metric.summarise(scores),
    count: scores.filter(({ value }) => !Number.isNaN(value)).length,
    total: scores.length,
    parts: Object.fromEntries(parts.map((part) => [part, meanOfPart(scores, part)])),
    doSummary,
    doPrint,
  };
}

function meanOfPart(scores: readonly CaseScore[], part: string): number {
  const values = scores
    .map((score) => score.parts[part] ?? Number.NaN)
    .filter((value) => !Number.isNaN(value));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `metric` and `metric/part` of one case, for events and tables. */
export function valuesOfCase(
  metrics: readonly Metric[],
  scores: readonly CaseScore[],
): Record<string, number> {
  return Object.fromEntries(
    metrics.flatMap(({ name }, n) => [
      [name, scores[n]!.value],
      ...Object.entries(scores[n]!.parts).map(([part, value]) => [`${name}/${part}`, value] as const),
    ]),
  );
}
