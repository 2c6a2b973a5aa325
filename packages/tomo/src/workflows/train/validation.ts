import { dispose } from "@tomo/torch";
import type { CaseScore } from "../../components/contracts.ts";
import type { Sample } from "../../data/sample.ts";
import type { SampleLoader } from "../../pipeline/loader.ts";
import type { CaseTime, ValidationProgress } from "../events.ts";
import { addCaseTimes, noCaseTime } from "../ledger.ts";
import { type Scored, summariseAll, valuesOfCase } from "../score.ts";
import type { StopFlag } from "../stop_flag.ts";
import { stopwatch } from "../stopwatch.ts";
import { type GroupParts, type GroupScores, scoreGroup } from "./score_group.ts";

export interface ValidationParts extends GroupParts {
  readonly loader: SampleLoader;
  /** Cases that the network sees at once. */
  readonly batchSize: number;
}

export interface ValidationResult {
  readonly scored: readonly Scored[];
  readonly cases: readonly { readonly case: string; readonly values: Record<string, number> }[];
  readonly time: CaseTime;
}

/** Predicts and scores every validation case; null when it was asked to stop before the last one. */
export async function* validateEpoch(
  parts: ValidationParts,
  epoch: number,
  stop: StopFlag,
): AsyncGenerator<ValidationProgress, ValidationResult | null> {
  const { metrics, loader, predictor, batchSize } = parts;
  const { module } = predictor.network;
  const scores = metrics.map((): CaseScore[] => []);
  const cases: { case: string; values: Record<string, number> }[] = [];
  const gather = (found: GroupScores, group: readonly Sample[]) => {
    for (const row of [...found.cases, found.batch])
      for (const [n, score] of row.entries()) if (score !== null) scores[n]!.push(score);
    for (const [n, row] of found.cases.entries())
      cases.push({ case: group[n]!.caseId, values: valuesOfCase(metrics, row) });
  };
  let total = noCaseTime;
  module.eval();
  try {
    let batches = 0;
    const lap = stopwatch();
    for await (const group of groupsOf(loader.samples(), batchSize)) {
      let time = { ...noCaseTime, wait: lap() };
      try {
        if (stop.requested) return null;
        const found = scoreGroup(group, ++batches, parts);
        time = { ...time, ...found.time };
        gather(found, group);
      } finally {
        dispose(group);
      }
      total = addCaseTimes(total, time);
      yield {
        type: "validation_progress",
        epoch,
        done: cases.length,
        total: loader.length,
        case: group.at(-1)!.caseId,
        time,
      };
      lap();
    }
  } finally {
    module.train();
  }
  return { scored: summariseAll(metrics, scores), cases, time: total };
}

/** Groups of `size` samples, the last one may be smaller; what a consumer leaves over is disposed. */
export async function* groupsOf(
  samples: AsyncIterable<Sample>,
  size: number,
): AsyncGenerator<Sample[], void, undefined> {
  let group: Sample[] = [];
  try {
    for await (const sample of samples) {
      group.push(sample);
      if (group.length < size) continue;
      const full = group;
      group = [];
      yield full;
    }
    const rest = group;
    group = [];
    if (rest.length > 0) yield rest;
  } finally {
    dispose(group);
  }
}
