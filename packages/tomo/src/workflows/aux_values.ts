import { noGrad, ops, scope, type Tensor } from "@tomo/torch";
import type { AuxOp, TaskContext } from "../components/contracts.ts";
import type { FieldValue } from "../data/sample.ts";
import type { AuxiliaryValue } from "./events.ts";

/** The numbers that aux-ops make of a whole batch; what they make of each case matters in validation only. */
export function batchValues(
  auxOps: readonly AuxOp[],
  predictions: Tensor,
  targets: Tensor,
  task: TaskContext,
): AuxiliaryValue[] {
  return auxOps.flatMap((auxOp) => {
    const { doSummary, doPrint } = auxOp;
    const names = auxOp.outputs.filter(({ per }) => per === "batch").map(({ name }) => name);
    if (names.length === 0) return [];
    return scope(() =>
      noGrad(() => {
        const made = auxOp.compute(predictions, targets, task);
        return names.map((name) => ({ name, value: made[name]!.item(), doSummary, doPrint }));
      }),
    );
  });
}

/** What aux-ops add to the fields of the cases of a batch. */
export interface AuxFields {
  /** Numbers of the whole batch, the same for each of its cases. */
  readonly batch: Readonly<Record<string, number>>;
  /** By case, in order of the batch axis: lists of numbers. */
  readonly cases: readonly Readonly<Record<string, FieldValue>>[];
}

/** Runs aux-ops on the outputs for a batch; their tensors become numbers and lists of numbers. */
export function auxFields(
  auxOps: readonly AuxOp[],
  predictions: Tensor,
  targets: Tensor,
  task: TaskContext,
): AuxFields {
  const batch: Record<string, number> = {};
  const cases = Array.from({ length: predictions.shape[0]! }, (): Record<string, FieldValue> => ({}));
  for (const auxOp of auxOps)
    scope(() =>
      noGrad(() => {
        const made = auxOp.compute(predictions, targets, task);
        for (const { name, per } of auxOp.outputs) {
          if (per === "batch") batch[name] = made[name]!.item();
          else for (const [n, row] of rowsOf(made[name]!).entries()) cases[n]![name] = row;
        }
      }),
    );
  return { batch, cases };
}

/** [N, …] as N lists of numbers. */
function rowsOf(values: Tensor): number[][] {
  const rows = ops.toDtype(values, "float64").toArray() as number[];
  const length = rows.length / values.shape[0]!;
  return Array.from({ length: values.shape[0]! }, (_, n) => rows.slice(n * length, (n + 1) * length));
}
