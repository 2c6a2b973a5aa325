import { backward, dispose, keep, liveTensors, type Optimizer, ops, scope, type Tensor } from "@tomo/torch";
import type { Component } from "../components/define.ts";
import { argumentsFrom, declarationLaw, type WrittenArgs } from "./declaration.ts";
import { checkLaws, holds, type Law, same } from "./law.ts";
import { plainOf } from "./snapshot.ts";
import { made, requireFinite } from "./tensors.ts";

export interface OptimizerFacts {
  /** Arguments as a config writes them. */
  readonly args?: WrittenArgs;
  /** One that is small enough for the sum of squares of ten numbers; 0.01 by default. */
  readonly learningRate?: number;
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the optimizer breaks */
export const checkOptimizer = (component: Component<"optimizers">, facts: OptimizerFacts = {}): void =>
  checkLaws(component.name, optimizerLaws(component, facts));

/** The laws that every optimizer obeys, one by one, for a test runner. */
export function optimizerLaws(
  component: Component<"optimizers">,
  { args = {}, learningRate = 0.01 }: OptimizerFacts = {},
): readonly Law[] {
  const open = (weights: Weights): Optimizer => component.build(argumentsFrom(component, args))(weights);
  const walk = (weights: Weights, optimizer: Optimizer, steps: number): void => {
    for (let n = 0; n < steps; n++) {
      optimizer.zeroGrad();
      scope(() => backward(lossOf(weights)));
      optimizer.step(learningRate);
    }
  };
  const law = (name: string, check: (weights: Weights, optimizer: Optimizer) => void): Law => ({
    name,
    check: () =>
      scope(() => {
        const weights = startWeights();
        const optimizer = open(weights);
        try {
          check(weights, optimizer);
        } finally {
          optimizer.dispose();
          dispose(weights);
        }
      }),
  });
  return [
    declarationLaw(component, args),
    law("lowers a sum of squares in twenty steps", (weights, optimizer) => {
      const before = scope(() => lossOf(weights).item());
      walk(weights, optimizer, 20);
      for (const [name, weight] of Object.entries(weights)) requireFinite(weight, `the parameter ${name}`);
      const after = scope(() => lossOf(weights).item());
      holds(after < before, `it goes from ${before} to ${after}`, "set learningRate to one that it can take");
    }),
    law("leaves a parameter without a gradient alone", (weights, optimizer) => {
      const before = plainOf(weights.idle);
      walk(weights, optimizer, 2);
      same(plainOf(weights.idle), before, "that parameter afterwards");
    }),
    law("frees the gradients by zeroGrad", (weights, optimizer) => {
      walk(weights, optimizer, 1);
      optimizer.zeroGrad();
      const left = Object.entries(weights).filter(([, { grad }]) => grad !== null);
      same(
        left.map(([name]) => name),
        [],
        "the list of parameters that still have one",
      );
    }),
    law("goes on from its saved state as if it had never stopped", (weights, optimizer) => {
      walk(weights, optimizer, 3);
      const state = Object.fromEntries(
        Object.entries(optimizer.state()).map(([name, one]) => [name, ops.clone(one)]),
      );
      const copy = copyOf(weights);
      const other = open(copy);
      try {
        other.load(state);
        walk(weights, optimizer, 2);
        walk(copy, other, 2);
        same(
          plainOf(copy),
          plainOf(weights),
          "what a resumed run makes of the parameters",
          "all that steps depend on belongs into state()",
        );
      } finally {
        other.dispose();
        dispose(copy);
      }
    }),
    law("keeps its state from step to step, and frees it in the end", (weights) => {
      const live = liveTensors();
      const other = scope(() => open(weights));
      // a step runs in a scope of its own
      for (let n = 0; n < 3; n++) scope(() => walk(weights, other, 1));
      other.zeroGrad();
      other.dispose();
      same(liveTensors(), live, "the number of tensors after dispose()");
    }),
  ];
}

type Weights = Readonly<Record<"slope" | "offset" | "idle", Tensor>>;

const startWeights = (): Weights => ({
  slope: keep(made([3, 2], (n) => n - 1.5)).requiresGrad_(),
  offset: keep(made([4], (n) => 1 + n / 4)).requiresGrad_(),
  idle: keep(made([2], (n) => n)).requiresGrad_(),
});

const copyOf = (weights: Weights): Weights =>
  Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [
      name,
      keep(ops.clone(ops.detach(weight))).requiresGrad_(),
    ]),
  ) as Weights;

const lossOf = ({ slope, offset }: Weights): Tensor =>
  ops.add(ops.sum(ops.square(ops.sub(slope, 0.3))), ops.sum(ops.square(offset)));
