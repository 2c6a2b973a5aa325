import { scope, type Tensor } from "@tomo/torch";
import type { AuxOp, LabelFormat } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import { argumentsFrom, declarationLaw, type WrittenArgs } from "./declaration.ts";
import { checkLaws, type Law, same } from "./law.ts";
import { plainOf } from "./snapshot.ts";
import { harmless, likelihoods, made } from "./tensors.ts";

export interface AuxOpFacts {
  /** Arguments as a config writes them. */
  readonly args?: WrittenArgs;
  /** As a loss gets them; by default [2, 1, 4, 4, 4] from 0.1 to 0.9. */
  readonly predictions?: () => Tensor;
  /** By default 0 and 1, shaped as the predictions. */
  readonly targets?: () => Tensor;
  /** Null in segmentation. */
  readonly labelFormat?: LabelFormat | null;
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the aux-op breaks */
export const checkAuxOp = (component: Component<"aux_ops">, facts: AuxOpFacts = {}): void =>
  checkLaws(component.name, auxOpLaws(component, facts));

/** The laws that every aux-op obeys, one by one, for a test runner. */
export function auxOpLaws(component: Component<"aux_ops">, facts: AuxOpFacts = {}): readonly Law[] {
  const { args = {}, labelFormat = null } = facts;
  const law = (name: string, check: (op: AuxOp, predictions: Tensor, targets: Tensor) => void): Law => ({
    name,
    check: () =>
      scope(() => {
        const predictions = (facts.predictions ?? (() => likelihoods([2, 1, 4, 4, 4])))();
        const targets = facts.targets?.() ?? made(predictions.shape, (n) => (n % 3 === 0 ? 1 : 0));
        check(component.build(argumentsFrom(component, args)), predictions, targets);
      }),
  });
  const task = { labelFormat };
  return [
    declarationLaw(component, args),
    law(
      "makes the outputs that it names, a number a batch or one entry a case",
      (op, predictions, targets) => {
        const made = op.compute(predictions, targets, task);
        same(
          Object.keys(made).sort(),
          op.outputs.map(({ name }) => name).sort(),
          "the list of what it computes",
        );
        for (const { name, per } of op.outputs) {
          const { numel, shape } = made[name]!;
          if (per === "batch") same(numel, 1, `the number of elements of ${name}, which is one a batch,`);
          else same(shape[0], predictions.shape[0], `the first axis of ${name}, which has an entry a case,`);
        }
      },
    ),
    law("writes into nothing, leaks nothing, gives the same again", (op, predictions, targets) =>
      harmless({ predictions, targets }, () => {
        const first = plainOf(op.compute(predictions, targets, task));
        same(plainOf(op.compute(predictions, targets, task)), first, "the second result");
      }),
    ),
  ];
}
