import { dispose } from "@tomo/torch";
import type { CaseScore, Metric } from "../../components/contracts.ts";
import { withFields } from "../../data/sample.ts";
import type { SampleLoader } from "../../pipeline/loader.ts";
import type { ValidationProgress } from "../events.ts";
import { type Predictor, predict } from "../predict.ts";
import { type Scored, summariseAll, valuesOfCase } from "../score.ts";
import type { StopFlag } from "../stop_flag.ts";

export interface ValidationParts {
  readonly metrics: readonly Metric[];
  readonly loader: SampleLoader;
  readonly predictor: Predictor;
}

export interface ValidationResult {
  readonly scored: readonly Scored[];
  readonly cases: readonly { readonly case: string; readonly values: Record<string, number> }[];
}

/** Predicts and scores every validation case; null when it was asked to stop before the last one. */
export async function* validateEpoch(
  { metrics, loader, predictor }: ValidationParts,
  epoch: number,
  stop: StopFlag,
): AsyncGenerator<ValidationProgress, ValidationResult | null> {
  const { module } = predictor.network;
  const scores = metrics.map((): CaseScore[] => []);
  const cases: { case: string; values: Record<string, number> }[] = [];
  module.eval();
  try {
    for await (const sample of loader.samples()) {
      if (stop.requested) {
        dispose(sample);
        return null;
      }
      const model = predict(sample, predictor);
      try {
        const complete = withFields(sample, { model });
        const found = metrics.map((metric) => metric.score(complete));
        found.forEach((score, n) => {
          scores[n]!.push(score);
        });
        cases.push({ case: sample.caseId, values: valuesOfCase(metrics, found) });
      } finally {
        dispose([sample, model]);
      }
      yield {
        type: "validation_progress",
        epoch,
        done: cases.length,
        total: loader.length,
        case: sample.caseId,
      };
    }
  } finally {
    module.train();
  }
  return { scored: summariseAll(metrics, scores), cases };
}
