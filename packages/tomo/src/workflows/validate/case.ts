import { dispose, tensorsIn } from "@tomo/torch";
import type { CaseScore, Metric, Writer } from "../../components/contracts.ts";
import { imageOf } from "../../components/transforms/image_of.ts";
import { type Sample, withFields } from "../../data/sample.ts";
import { runTransforms } from "../../pipeline/run_transforms.ts";
import type { BuiltTransform } from "../../pipeline/transform_list.ts";
import { type Predictor, predict } from "../predict.ts";
import { stopwatch } from "../stopwatch.ts";
import { caseFolder } from "./case_folders.ts";
import { writeMontage } from "./montage.ts";

/** What is done with every case. */
export interface CaseParts {
  readonly predictor: Predictor;
  readonly post: readonly BuiltTransform[];
  /** Empty where no metrics are asked for. */
  readonly label: readonly BuiltTransform[];
  readonly metrics: readonly Metric[];
  readonly writers: readonly Writer[];
  /** Where montages go. */
  readonly folder: string;
  readonly warn: (message: string) => void;
}

export interface CaseResult {
  readonly scores: readonly CaseScore[];
  readonly files: readonly string[];
  readonly infer: number;
  readonly post: number;
}

/** Predicts, transforms, writes and scores one case, in this order; frees all tensors of the case. */
export async function runCase(sample: Sample, parts: CaseParts): Promise<CaseResult> {
  const made = new Map(tensorsIn(sample).map((tensor) => [tensor.handle, tensor]));
  const own = (next: Sample): Sample => {
    for (const tensor of tensorsIn(next)) made.set(tensor.handle, tensor);
    return next;
  };
  const run = { seed: 0, epoch: 0, occurrence: 0, sameSize: false, warn: parts.warn };
  try {
    const lap = stopwatch();
    const predicted = own(withFields(sample, { model: predict(sample, parts.predictor) }));
    const infer = lap();
    const finished = own(runTransforms(parts.post, predicted, run));
    const files = parts.writers.flatMap((writer) => writer.write(finished, { caseFolder }));
    const labelled = own(runTransforms(parts.label, finished, run));
    const scores = parts.metrics.map((metric) => metric.score(labelled));
    const model =
      labelled.fields.model === undefined ? imageOf(predicted, "model") : imageOf(labelled, "model");
    const montage = await writeMontage(labelled, model, caseFolder(sample, parts.folder));
    return { scores, files: montage === null ? files : [...files, montage], infer, post: lap() };
  } finally {
    dispose([...made.values()]);
  }
}
