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
  return { name, ...metric.summarise(scores), total: scores.length, doSummary, doPrint };
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
