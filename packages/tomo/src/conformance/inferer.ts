import { ops, scope, type Tensor } from "@tomo/torch";
import type { Inferer } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import { argumentsFrom, declarationLaw, type WrittenArgs } from "./declaration.ts";
import { checkLaws, holds, type Law, same } from "./law.ts";
import { plainOf } from "./snapshot.ts";
import { distance, harmless, likelihoods } from "./tensors.ts";

export interface InfererFacts {
  /** Arguments as a config writes them. */
  readonly args?: WrittenArgs;
  /** Spatial size of the image in voxels; [10, 12, 9] by default. */
  readonly size?: readonly number[];
  /** Spatial size that the network was trained with; [8, 8, 8] by default. */
  readonly trainingSize?: readonly number[] | null;
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the inferer breaks */
export const checkInferer = (component: Component<"inferers">, facts: InfererFacts = {}): void =>
  checkLaws(component.name, infererLaws(component, facts));

/** The laws that every inferer of segmentations obeys, one by one, for a test runner. */
export function infererLaws(component: Component<"inferers">, facts: InfererFacts = {}): readonly Law[] {
  const { args = {}, size = [10, 12, 9], trainingSize = [8, 8, 8] } = facts;
  const law = (name: string, check: (inferer: Inferer, input: Tensor) => void): Law => ({
    name,
    check: () =>
      scope(() => {
        const inferer = component.build(argumentsFrom(component, args))({ trainingSize });
        check(inferer, likelihoods([1, 2, ...size]));
      }),
  });
  return [
    declarationLaw(component, args),
    law("shows the network images of the size that it names", ({ infer, roiSize }, input) => {
      const wanted = roiSize ?? size;
      const seen = (windows: Tensor): Tensor => {
        same(windows.shape.slice(1), [2, ...wanted], "channels and size of what the network is shown");
        return threeClasses(windows);
      };
      same(infer(input, seen).shape, [1, 3, ...size], "the shape of the result");
    }),
    law("gives the output of a network that looks at single voxels as it is", ({ infer }, input) => {
      const gap = distance(infer(input, threeClasses), threeClasses(input));
      const hint =
        "are outputs that overlap divided by their number, and turned back as the image was turned?";
      holds(gap <= 1e-5, `the result differs from it by ${gap}`, hint);
    }),
    law("writes into nothing, leaks nothing, gives the same again", ({ infer }, input) =>
      harmless(input, () => {
        const first = plainOf(infer(input, threeClasses));
        same(plainOf(infer(input, threeClasses)), first, "the second result");
      }),
    ),
  ];
}

/** [b, 2, spatial] to [b, 3, spatial], voxel by voxel. */
const threeClasses = (windows: Tensor): Tensor =>
  scope(() => ops.cat([windows, ops.square(ops.slice(windows, { dim: 1, start: 0, end: 1 }))], { dim: 1 }));
