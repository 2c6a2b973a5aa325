import type { CaseScore, Metric } from "../components/contracts.ts";
import type { MetricValue, Warning } from "./events.ts";

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

/** What metrics have to say of their values besides numbers, for example of a class that no case has. */
export const metricWarnings = (metrics: readonly MetricValue[]): Warning[] =>
  metrics.flatMap(({ name, warnings }) =>
    warnings.map((message) => ({ type: "warning", code: "TOMO_NO_VALUE", message: `${name}: ${message}` })),
  );

/** `metric` and `metric/part` of one case, for events and tables; metrics over all cases together are left out. */
export function valuesOfCase(
  metrics: readonly Metric[],
  scores: readonly (CaseScore | null)[],
): Record<string, number> {
  return Object.fromEntries(
    metrics.flatMap(({ name }, n): [string, number][] => {
      const score = scores[n];
      if (score == null || score.vectors !== undefined) return [];
      const parts = Object.entries(score.parts);
      return [
        [name, score.value],
        ...parts.map(([part, value]): [string, number] => [`${name}/${part}`, value]),
      ];
    }),
  );
}
