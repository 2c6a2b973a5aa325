import { backward, ops, scope, type Tensor } from "@tomo/torch";
import type { LabelFormat, Loss } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import { argumentsFrom, declarationLaw, type WrittenArgs } from "./declaration.ts";
import { checkLaws, holds, type Law, same } from "./law.ts";
import { harmless, likelihoods, made, requireFinite } from "./tensors.ts";

export interface LossFacts {
  /** Arguments as a config writes them. */
  readonly args?: WrittenArgs;
  /** As the loss gets them in training, in float32; by default [2, 1, 4, 4, 4] from 0.1 to 0.9. */
  readonly predictions?: () => Tensor;
  /** By default 0 and 1, shaped as the predictions. */
  readonly targets?: () => Tensor;
  /** Null in segmentation. */
  readonly labelFormat?: LabelFormat | null;
  /** Says that a part of the gradient is stopped on purpose, so that it is not the slope of the value. */
  readonly stopsGradient?: boolean;
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the loss breaks */
export const checkLoss = (component: Component<"losses">, facts: LossFacts = {}): void =>
  checkLaws(component.name, lossLaws(component, facts));

/** The laws that every loss obeys, one by one, for a test runner. */
export function lossLaws(component: Component<"losses">, facts: LossFacts = {}): readonly Law[] {
  const { args = {}, labelFormat = null } = facts;
  const given = () => {
    const predictions = (facts.predictions ?? (() => likelihoods([2, 1, 4, 4, 4])))();
    const targets = facts.targets?.() ?? made(predictions.shape, (n) => (n % 3 === 0 ? 1 : 0));
    return { predictions, targets };
  };
  const task = { labelFormat };
  const loss = (): Loss => component.build(argumentsFrom(component, args));
  const law = (name: string, check: (given: Given, loss: Loss) => void): Law => ({
    name,
    check: () => scope(() => check(given(), loss())),
  });
  return [
    declarationLaw(component, args),
    law("gives one finite number, the same each time", ({ predictions, targets }, of) => {
      const first = of(predictions, targets, task);
      same(first.numel, 1, "the number of elements");
      requireFinite(first, "the loss");
      same(of(predictions, targets, task).item(), first.item(), "the second result");
    }),
    law("writes into nothing, leaks nothing", ({ predictions, targets }, of) =>
      harmless({ predictions, targets }, () => void of(predictions, targets, task)),
    ),
    law("gives the predictions a finite gradient", ({ predictions, targets }, of) => {
      const gradient = gradientOf(predictions, (p) => of(p, targets, task));
      requireFinite(gradient, "the gradient");
      holds(
        gradient.toArray().some((value) => value !== 0),
        "the gradient is 0 everywhere",
      );
    }),
    law("has the gradient that is the slope of its value", ({ predictions, targets }, of) => {
      if (facts.stopsGradient === true) return;
      checkSlope(predictions, (p) => of(p, targets, task));
    }),
  ];
}

interface Given {
  readonly predictions: Tensor;
  readonly targets: Tensor;
}

function gradientOf(predictions: Tensor, of: (predictions: Tensor) => Tensor): Tensor {
  const leaf = ops.clone(predictions).requiresGrad_();
  const value = of(leaf);
  holds(
    value.requiresGrad,
    "the loss does not depend on the predictions",
    "detach, argmax and > have no gradient",
  );
  backward(value);
  holds(leaf.grad !== null, "the predictions got no gradient");
  return leaf.grad;
}

/** Voxels are moved by this much. */
const step = 1e-2;

/** Against central differences: along the signs of the gradient, where the slope is largest, and across them. */
function checkSlope(predictions: Tensor, of: (predictions: Tensor) => Tensor): void {
  const gradient = gradientOf(predictions, of);
  const steepest = scope(() => ops.sum(ops.abs(gradient)).item());
  const along = (direction: Tensor): void => {
    const at = (alpha: number) => scope(() => of(ops.add(predictions, direction, { alpha })).item());
    const difference = (at(step) - at(-step)) / (2 * step);
    const slope = scope(() => ops.sum(ops.mul(gradient, direction)).item());
    const gap = Math.abs(difference - slope);
    holds(
      gap <= 0.03 * steepest + 1e-4,
      `along one direction the gradient says ${slope.toPrecision(4)}, the loss itself changes by ${difference.toPrecision(4)}`,
      "a part that is detached on purpose is declared by stopsGradient: true",
    );
  };
  along(ops.sign(gradient));
  along(made(predictions.shape, (n) => Math.cos(n * n)));
}
