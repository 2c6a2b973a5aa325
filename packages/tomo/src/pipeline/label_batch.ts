import { type Tensor, tensor } from "@tomo/torch";
import type { FieldValue, Sample } from "../data/sample.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { patchesOf } from "./collate.ts";

/** The label vectors of the samples as float32 [N, entries]; a sample of several patches gives its label to each. */
export function labelBatch(samples: readonly Sample[], labelFormat: readonly number[]): Tensor {
  const rows = samples.flatMap((sample) => {
    const label = labelVector(sample, labelFormat.length);
    return Array.from({ length: patchesOf(sample) }, () => label);
  });
  return tensor(rows.flat(), [rows.length, labelFormat.length], "float32");
}

/** The label of a case. @throws TomoError TOMO_LABEL_FORMAT when it is not a list of that many numbers */
function labelVector({ caseId, fields }: Sample, entries: number): readonly number[] {
  const { label } = fields;
  if (isVector(label) && label.length === entries) return label;
  throw new TomoError("TOMO_LABEL_FORMAT", `the label is not a list of ${entries} numbers`, {
    where: { case: caseId, field: "label" },
    given: JSON.stringify(label),
    hint: "transforms of a classification leave the field label as the datalist has it",
  });
}

const isVector = (value: FieldValue | undefined): value is readonly number[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === "number");
