import type { CaseScore } from "../../components/contracts.ts";
import type { Sample } from "../../data/sample.ts";
import type { CaseDone, CaseTime, RunEvent } from "../events.ts";
import { addCaseTimes, noCaseTime } from "../ledger.ts";
import { valuesOfCase } from "../score.ts";
import type { StopFlag } from "../stop_flag.ts";
import { stopwatch } from "../stopwatch.ts";
import { groupsOf } from "../train/validation.ts";
import { type CaseParts, runGroup } from "./case.ts";

export interface CasesResult {
  readonly cases: readonly Pick<CaseDone, "case" | "metrics" | "files">[];
  /** What a classifier said of each case; empty in segmentation. */
  readonly logits: readonly { readonly case: string; readonly values: readonly number[] }[];
  /** By metric, a score a case. */
  readonly scores: readonly (readonly CaseScore[])[];
  readonly time: CaseTime;
}

/** Runs one case after another until the last, or until it is asked to stop. */
export async function* runCases(
  parts: CaseParts,
  samples: AsyncIterable<Sample>,
  total: number,
  stop: StopFlag,
): AsyncGenerator<RunEvent, CasesResult> {
  const cases: CaseDone[] = [];
  const logits: { case: string; values: readonly number[] }[] = [];
  const scores = parts.metrics.map((): CaseScore[] => []);
  let time = noCaseTime;
  let elapsed = 0;
  const groups = groupsOf(samples, parts.batchSize);
  const lap = stopwatch();
  try {
    while (!stop.requested) {
      const next = await groups.next();
      if (next.done === true) break;
      const wait = lap();
      const read = wait / next.value.length;
      const found = await runGroup(next.value, parts);
      elapsed += wait + lap();
      for (const { caseId, scores: ofCase, logits: values, files, time: spent } of found) {
        ofCase.forEach((score, n) => {
          scores[n]!.push(score);
        });
        if (values !== null) logits.push({ case: caseId, values });
        const ofThis = { wait: read, ...spent };
        time = addCaseTimes(time, ofThis);
        const done = cases.length + 1;
        const event: CaseDone = {
          type: "case",
          case: caseId,
          done,
          total,
          metrics: valuesOfCase(parts.metrics, ofCase),
          files,
          time: ofThis,
          remainingSeconds: (elapsed / done) * (total - done),
        };
        cases.push(event);
        yield event;
      }
      lap();
    }
  } finally {
    await groups.return();
  }
  return {
    cases: cases.map(({ case: name, metrics, files }) => ({ case: name, metrics, files })),
    logits,
    scores,
    time,
  };
}
