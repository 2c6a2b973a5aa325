import type { CaseScore } from "../../components/contracts.ts";
import type { Sample } from "../../data/sample.ts";
import type { CaseDone, RunEvent, TimeLedger } from "../events.ts";
import { addTimes, emptyLedger } from "../ledger.ts";
import { valuesOfCase } from "../score.ts";
import type { StopFlag } from "../stop_flag.ts";
import { stopwatch } from "../stopwatch.ts";
import { type CaseParts, runCase } from "./case.ts";

export interface CasesResult {
  readonly cases: readonly Pick<CaseDone, "case" | "metrics" | "files">[];
  /** By metric, a score a case. */
  readonly scores: readonly (readonly CaseScore[])[];
  /** Reading is `wait`, inference `forward`; all that comes after it `validation`. */
  readonly time: TimeLedger;
}

/** Runs one case after another until the last, or until it is asked to stop. */
export async function* runCases(
  parts: CaseParts,
  samples: AsyncIterable<Sample>,
  total: number,
  stop: StopFlag,
): AsyncGenerator<RunEvent, CasesResult> {
  const cases: CaseDone[] = [];
  const scores = parts.metrics.map((): CaseScore[] => []);
  let time = emptyLedger;
  let elapsed = 0;
  const iterator = samples[Symbol.asyncIterator]();
  const lap = stopwatch();
  try {
    while (!stop.requested) {
      const next = await iterator.next();
      if (next.done === true) break;
      const read = lap();
      const found = await runCase(next.value, parts);
      found.scores.forEach((score, n) => {
        scores[n]!.push(score);
      });
      time = addTimes(time, { wait: read, forward: found.infer, validation: found.post });
      elapsed += read + lap();
      const done = cases.length + 1;
      const event: CaseDone = {
        type: "case",
        case: next.value.caseId,
        done,
        total,
        metrics: valuesOfCase(parts.metrics, found.scores),
        files: found.files,
        seconds: { read, infer: found.infer, post: found.post },
        remainingSeconds: (elapsed / done) * (total - done),
      };
      cases.push(event);
      yield event;
      lap();
    }
  } finally {
    await iterator.return?.();
  }
  return {
    cases: cases.map(({ case: name, metrics, files }) => ({ case: name, metrics, files })),
    scores,
    time,
  };
}
