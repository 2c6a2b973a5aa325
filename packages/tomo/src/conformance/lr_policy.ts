import type { LrContext } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import { argumentsFrom, declarationLaw, type WrittenArgs } from "./declaration.ts";
import { checkLaws, holds, type Law, same } from "./law.ts";

export interface LrPolicyFacts {
  /** Arguments as a config writes them. */
  readonly args?: WrittenArgs;
  /** 20 by default. */
  readonly epochs?: number;
  /** 5 by default. */
  readonly stepsPerEpoch?: number;
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the policy breaks */
export const checkLrPolicy = (component: Component<"lr_policies">, facts: LrPolicyFacts = {}): void =>
  checkLaws(component.name, lrPolicyLaws(component, facts));

/** The laws that every learning-rate policy obeys, one by one, for a test runner. */
export function lrPolicyLaws(component: Component<"lr_policies">, facts: LrPolicyFacts = {}): readonly Law[] {
  const { args = {} } = facts;
  const build = () => component.build(argumentsFrom(component, args));
  return [
    declarationLaw(component, args),
    {
      name: "gives a finite rate that is not negative, at every step",
      check: () => {
        const policy = build();
        for (const context of schedule(facts)) {
          const rate = policy(context);
          holds(
            Number.isFinite(rate) && rate >= 0,
            `at step ${context.step} of ${context.epochs} epochs it is ${rate}`,
          );
        }
      },
    },
    {
      name: "gives the rate of a step whatever it was asked before, so that a run can be resumed",
      check: () => {
        const policy = build();
        const there = schedule(facts).map(policy);
        const back = schedule(facts).toReversed().map(build());
        same(back.toReversed(), there, "the list of rates, asked from the last step to the first,");
      },
    },
  ];
}

/** All steps of a run whose key metric rises from 0 to 1. */
function schedule({ epochs = 20, stepsPerEpoch = 5 }: LrPolicyFacts): LrContext[] {
  return Array.from({ length: epochs * stepsPerEpoch }, (_, step) => {
    const done = Math.floor(step / stepsPerEpoch);
    const keyMetrics = Array.from({ length: done }, (__, n) => n / epochs);
    return { initialLr: 0.01, currentLr: 0.01, step, epoch: done + 1, epochs, keyMetrics };
  });
}
