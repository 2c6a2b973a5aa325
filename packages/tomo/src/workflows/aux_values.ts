import { noGrad, scope, type Tensor } from "@tomo/torch";
import type { AuxOp, TaskContext } from "../components/contracts.ts";
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
