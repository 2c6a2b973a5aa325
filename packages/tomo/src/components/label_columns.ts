import { ops, type Tensor, tensor, widened } from "@tomo/torch";
import { TomoError } from "../errors/tomo_error.ts";
import type { LabelFormat, TaskContext } from "./contracts.ts";
import {
  entriesOf,
  isBinary,
  isMulticlass,
  type LabelEntry,
  outputsOf,
  requireLabelFormat,
} from "./label_format.ts";

/** Outputs and labels of the B binary entries, in float32 at least: both [N, B], labels 0 or 1. */
export interface BinaryColumns {
  readonly predictions: Tensor;
  readonly labels: Tensor;
}

/** Outputs and labels of one entry of k classes: predictions [N, k] in float32 at least, labels [N] int64. */
export interface ClassGroup {
  readonly entry: LabelEntry;
  readonly predictions: Tensor;
  readonly labels: Tensor;
}

/** The component that asks, and the one for the other kind of labels; for messages. */
export interface Asking {
  readonly name: string;
  readonly otherwise: string;
}

/**
 * What a component on binary labels works with. The caller opens the scope.
 * @param predictions [N, K]
 * @param targets [N, one a label entry]
 * @throws TomoError TOMO_LABEL_FORMAT for a format that is missing, has no binary entry or does not fit the labels;
 * TOMO_SHAPE_MISMATCH for outputs that do not fit it; TOMO_LABEL_RANGE for a label other than 0 and 1
 */
export function binaryColumns(
  predictions: Tensor,
  targets: Tensor,
  task: TaskContext,
  asking: Asking,
): BinaryColumns {
  const entries = entriesFor(predictions, targets, task, asking, binary);
  const outputs = columnsOf(
    predictions,
    entries.map(({ firstOutput }) => firstOutput),
  );
  const labels = columnsOf(
    targets,
    entries.map(({ index }) => index),
  );
  return { predictions: outputs, labels: ops.toDtype(labels, outputs.dtype) };
}

/**
 * What a component on labels of k classes works with, one group an entry. The caller opens the scope.
 * @throws TomoError as binaryColumns; TOMO_LABEL_RANGE for a label that is no class index
 */
export function classGroups(
  predictions: Tensor,
  targets: Tensor,
  task: TaskContext,
  asking: Asking,
): readonly ClassGroup[] {
  return entriesFor(predictions, targets, task, asking, multiclass).map((entry) => ({
    entry,
    predictions: widened(ops.narrow(predictions, 1, entry.firstOutput, entry.classes)),
    labels: ops.toDtype(ops.select(targets, 1, entry.index), "int64"),
  }));
}

interface LabelKind {
  readonly has: (entry: LabelEntry) => boolean;
  readonly label: string;
  readonly entry: string;
}
const binary: LabelKind = { has: isBinary, label: "binary labels", entry: "1" };
const multiclass: LabelKind = { has: isMulticlass, label: "labels of k classes", entry: "k > 1" };

function entriesFor(
  predictions: Tensor,
  targets: Tensor,
  { labelFormat }: TaskContext,
  asking: Asking,
  wanted: LabelKind,
): readonly LabelEntry[] {
  const format = requireLabelFormat(labelFormat, asking.name);
  const entries = entriesOf(format).filter(wanted.has);
  if (entries.length === 0) throw nothingFor(asking, wanted, format);
  checkShapes(predictions, targets, format);
  checkLabels(targets, entries);
  return entries;
}

const nothingFor = (
  { name, otherwise }: Asking,
  { label, entry }: LabelKind,
  format: LabelFormat,
): TomoError =>
  new TomoError("TOMO_LABEL_FORMAT", `${name} works on ${label}, and label_format has none`, {
    given: `label_format [${format.join(", ")}]`,
    expected: `at least one ${entry}`,
    hint: `use ${otherwise} for this label_format`,
  });

function checkShapes(predictions: Tensor, targets: Tensor, format: LabelFormat): void {
  const [cases, ...outputs] = predictions.shape;
  const details = {
    given: `outputs [${predictions.shape.join(", ")}], labels [${targets.shape.join(", ")}]`,
  };
  const formatText = `label_format [${format.join(", ")}]`;
  if (String(outputs) !== String(outputsOf(format)))
    throw new TomoError("TOMO_SHAPE_MISMATCH", `the network's outputs do not fit ${formatText}`, {
      ...details,
      expected: `outputs [N, ${outputsOf(format)}]`,
      hint: "was the checkpoint trained with another label_format?",
    });
  if (String(targets.shape) !== String([cases, format.length]))
    throw new TomoError("TOMO_LABEL_FORMAT", `the labels do not fit ${formatText}`, {
      ...details,
      expected: `labels [${cases}, ${format.length}], one number an entry of label_format`,
    });
}

function checkLabels(targets: Tensor, entries: readonly LabelEntry[]): void {
  const values = widened(targets).toArray();
  const width = targets.shape[1]!;
  for (const { index, classes } of entries)
    for (let row = 0; row * width < values.length; row++) {
      const value = values[row * width + index]!;
      if (Number.isInteger(value) && value >= 0 && value < Math.max(classes, 2)) continue;
      throw new TomoError("TOMO_LABEL_RANGE", `entry ${index} of a label is ${value}`, {
        where: { field: "label" },
        given: `${value}, in case ${row + 1} of ${targets.shape[0]} of the batch`,
        expected: classes === 1 ? "0 or 1" : `a class index, 0 to ${classes - 1}`,
        hint: `label_format has ${classes} for this entry`,
      });
    }
}

/** Columns of a matrix, ascending; a view where they are neighbours. */
function columnsOf(matrix: Tensor, columns: readonly number[]): Tensor {
  const [first, last] = [columns[0]!, columns.at(-1)!];
  if (last - first === columns.length - 1) return widened(ops.narrow(matrix, 1, first, columns.length));
  const index = ops.to(tensor(BigInt64Array.from(columns, BigInt)), { device: matrix.device });
  return widened(ops.indexSelect(matrix, 1, index));
}
