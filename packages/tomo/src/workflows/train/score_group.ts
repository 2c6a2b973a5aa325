import { dispose, ops, scope, type Tensor } from "@tomo/torch";
import type { AuxOp, CaseScore, Metric, TaskContext } from "../../components/contracts.ts";
import { imageOf } from "../../components/transforms/image_of.ts";
import { channelsFirst } from "../../data/channels_first.ts";
import { type Sample, withFields } from "../../data/sample.ts";
import { labelBatch } from "../../pipeline/label_batch.ts";
import { type AuxFields, auxFields } from "../aux_values.ts";
import type { CaseTime } from "../events.ts";
import { modelField, outputsOf, type Predictor } from "../predict.ts";
import { stopwatch } from "../stopwatch.ts";

export interface GroupParts {
  readonly predictor: Predictor;
  readonly auxOps: readonly AuxOp[];
  readonly metrics: readonly Metric[];
  readonly task: TaskContext;
}

/** Scores by metric: of each case, and of the batch as a whole for metrics on what aux-ops say of a batch. */
export interface GroupScores {
  /** By case, then by metric; null for metrics of the batch. */
  readonly cases: readonly (readonly (CaseScore | null)[])[];
  /** By metric; null for metrics of cases. */
  readonly batch: readonly (CaseScore | null)[];
  readonly time: Omit<CaseTime, "wait">;
}

/**
 * Predicts a group of cases in one call of the network, and scores them. What aux-ops say of the batch is scored once a
 * batch, so a smaller last batch counts as much as the others (clara-reference 8 #24).
 * @param number Of the batch, from 1, for its name in reports
 */
export function scoreGroup(group: readonly Sample[], number: number, parts: GroupParts): GroupScores {
  const { metrics, predictor, auxOps, task } = parts;
  const lap = stopwatch();
  const outputs = outputsOf(group, predictor);
  const inference = lap();
  try {
    const added: AuxFields =
      auxOps.length === 0
        ? { batch: {}, cases: group.map(() => ({})) }
        : scope(() => auxFields(auxOps, outputs, targetsOf(group, task), task));
    const post = lap();
    const ofBatch = (metric: Metric) => metric.fields.some((field) => Object.hasOwn(added.batch, field));
    const batchSample = { caseId: `batch ${number}`, index: number, fields: added.batch };
    const cases = group.map((sample, n) =>
      scope(() => {
        const complete = withFields(sample, { model: modelField(group, outputs, n), ...added.cases[n] });
        return metrics.map((metric) => (ofBatch(metric) ? null : metric.score(complete)));
      }),
    );
    const batch = metrics.map((metric) => (ofBatch(metric) ? metric.score(batchSample) : null));
    return { cases, batch, time: { inference, post, scoring: lap(), writing: 0 } };
  } finally {
    dispose(outputs);
  }
}

/** Targets as a loss gets them: label vectors [N, entries], or the label image [1, C, spatial]. */
function targetsOf(group: readonly Sample[], { labelFormat }: TaskContext): Tensor {
  if (labelFormat !== null) return labelBatch(group, labelFormat);
  const label = imageOf(group[0]!, "label");
  return ops.unsqueeze(channelsFirst(label), 0);
}
