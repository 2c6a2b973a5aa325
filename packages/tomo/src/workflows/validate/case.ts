import { dispose, tensorsIn } from "@tomo/torch";
import type { CaseScore, LabelFormat, Metric, Writer } from "../../components/contracts.ts";
import { type FieldValue, isImage, type Sample, withFields } from "../../data/sample.ts";
import { runTransforms } from "../../pipeline/run_transforms.ts";
import type { BuiltTransform } from "../../pipeline/transform_list.ts";
import type { CaseTime } from "../events.ts";
import { modelField, outputsOf, type Predictor } from "../predict.ts";
import { stopwatch } from "../stopwatch.ts";
import { caseFolder } from "./case_folders.ts";
import { writeMontage } from "./montage.ts";

/** What is done with every case. */
export interface CaseParts {
  readonly predictor: Predictor;
  /** Cases that the network sees at once; more than 1 in a classification only. */
  readonly batchSize: number;
  /** Null in segmentation. */
  readonly labelFormat: LabelFormat | null;
  readonly post: readonly BuiltTransform[];
  /** Empty where no metrics are asked for. */
  readonly label: readonly BuiltTransform[];
  readonly metrics: readonly Metric[];
  readonly writers: readonly Writer[];
  /** Where montages go. */
  readonly folder: string;
  /** Path of a case's image, as the datalist has it. */
  readonly datalistPath: (sample: Pick<Sample, "caseId">) => string;
  readonly warn: (message: string) => void;
}

export interface CaseResult {
  readonly caseId: string;
  /** The network's output as it was before post_transforms; null where it is an image. */
  readonly logits: readonly number[] | null;
  readonly scores: readonly CaseScore[];
  readonly files: readonly string[];
  readonly time: Omit<CaseTime, "wait">;
}

/** Predicts some cases in one call of the network, then finishes one after the other; frees all their tensors. */
export async function runGroup(group: readonly Sample[], parts: CaseParts): Promise<CaseResult[]> {
  const lap = stopwatch();
  const outputs = outputsOf(group, parts.predictor);
  const inference = lap() / group.length;
  try {
    const results: CaseResult[] = [];
    for (const [n, sample] of group.entries()) {
      const model = modelField(group, outputs, n);
      const logits = isImage(model) ? null : (model as readonly number[]);
      const { time, ...found } = await finish(sample, model, parts);
      results.push({ caseId: sample.caseId, logits, ...found, time: { inference, ...time } });
    }
    return results;
  } finally {
    dispose([group, outputs]);
  }
}

/** Transforms, writes and scores one case, in this order; frees the tensors that it makes, and those of `model`. */
async function finish(
  sample: Sample,
  model: FieldValue,
  parts: CaseParts,
): Promise<Pick<CaseResult, "scores" | "files"> & { time: Omit<CaseTime, "wait" | "inference"> }> {
  const { labelFormat, warn, folder } = parts;
  const lap = stopwatch();
  const made = new Map(tensorsIn([sample, model]).map((tensor) => [tensor.handle, tensor]));
  const own = (next: Sample): Sample => {
    for (const tensor of tensorsIn(next)) made.set(tensor.handle, tensor);
    return next;
  };
  const run = { seed: 0, epoch: 0, occurrence: 0, sameSize: false, labelFormat, warn };
  try {
    const predicted = withFields(sample, { model });
    const finished = own(runTransforms(parts.post, predicted, run));
    let post = lap();
    const context = { caseFolder, datalistPath: parts.datalistPath };
    const files = parts.writers.flatMap((writer) => writer.write(finished, context));
    let writing = lap();
    const labelled = own(runTransforms(parts.label, finished, run));
    post += lap();
    const scores = parts.metrics.map((metric) => metric.score(labelled));
    const scoring = lap();
    const shown = labelled.fields.model ?? model;
    const montage = isImage(shown) ? await writeMontage(labelled, shown, caseFolder(sample, folder)) : null;
    writing += lap();
    return {
      scores,
      files: montage === null ? files : [...files, montage],
      time: { post, scoring, writing },
    };
  } finally {
    dispose([...made.values()]);
  }
}
