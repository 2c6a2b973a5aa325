import { backward, ops, scope, type Tensor } from "@tomo/torch";
import type { LabelFormat, Network, NetworkContext } from "../components/contracts.ts";
import type { Component } from "../components/define.ts";
import { outputsOf } from "../components/label_format.ts";
import { argumentsFrom, declarationLaw, type WrittenArgs } from "./declaration.ts";
import { checkLaws, holds, type Law, same } from "./law.ts";
import { distance, harmless, made, requireFinite } from "./tensors.ts";

export interface ModelFacts {
  /** Arguments as a config writes them. */
  readonly args?: WrittenArgs;
  /** 1 by default. */
  readonly inChannels?: number;
  /** Spatial size in voxels, two or three axes; [16, 16, 16] by default. */
  readonly size?: readonly number[];
  /** 2 by default. */
  readonly batch?: number;
  /** Null in segmentation. */
  readonly labelFormat?: LabelFormat | null;
}

/** @throws TomoError TOMO_LAW_BROKEN with all laws that the model breaks */
export const checkModel = (component: Component<"models">, facts: ModelFacts = {}): void =>
  checkLaws(component.name, modelLaws(component, facts));

/** The laws that every model obeys, one by one, for a test runner. */
export function modelLaws(component: Component<"models">, facts: ModelFacts = {}): readonly Law[] {
  const { args = {}, inChannels = 1, size = [16, 16, 16], batch = 2, labelFormat = null } = facts;
  const context: NetworkContext = { inChannels, spatialDims: size.length, labelFormat };
  const build = () => component.build(argumentsFrom(component, args))(context);
  const input = ({ dataFormat }: Network): Tensor =>
    made(shaped([batch, inChannels, ...size], dataFormat), (n) => Math.sin(0.7 * n));
  const law = (name: string, check: (network: Network, input: Tensor) => void): Law => ({
    name,
    check: () =>
      scope(() => {
        const network = build();
        try {
          check(network, input(network));
        } finally {
          network.module.dispose();
        }
      }),
  });
  return [
    declarationLaw(component, args),
    { name: "frees all its tensors", check: () => harmless(null, () => build().module.dispose()) },
    law("gives an output of the declared shape", (network, x) => {
      same(network.checkSize(size, { training: true, batch }), null, `what it has against the size ${size}`);
      const outputs = labelFormat === null ? network.outChannels : outputsOf(labelFormat);
      same(network.outChannels, outputs, "the number of its outputs");
      const axes =
        labelFormat === null ? shaped([batch, outputs, ...size], network.dataFormat) : [batch, outputs];
      const [logits, output] = [network.logits(x), network.predict(x)];
      same(logits.shape, axes, "the shape of its logits");
      same(output.shape, axes, "the shape of its output");
      requireFinite(logits, "its logits");
      checkActivation(network, logits, output, labelFormat === null);
    }),
    law("is what its effect says", (network) => {
      const said = component.effect?.(argumentsFrom(component, args))({
        spatialDims: size.length,
        labelFormat,
      });
      if (said === undefined) return;
      for (const part of ["finalActivation", "dataFormat"] as const) same(network[part], said[part], part);
      if (said.outChannels !== null) same(network.outChannels, said.outChannels, "outChannels");
    }),
    law("writes into nothing, leaks nothing", (network, x) => {
      // running statistics may change in training
      const weights = [...network.module.namedParameters()];
      const before = weights.map(([, weight]) => ops.clone(weight));
      harmless(x, () => void network.predict(x));
      const written = weights.filter(([, weight], n) => distance(weight, before[n]!) !== 0);
      same(
        written.map(([name]) => name),
        [],
        "the list of parameters that it wrote into",
      );
    }),
    law("gives every parameter a finite gradient", ({ logits, module }, x) => {
      const output = logits(x);
      backward(
        ops.sum(
          ops.mul(
            output,
            made(output.shape, (n) => Math.cos(n)),
          ),
        ),
      );
      const named = [...module.namedParameters()];
      holds(named.length > 0, "it has no parameters", "this.child(…) and this.parameter(…) register parts");
      const idle = named.filter(([, { grad }]) => grad === null).map(([name]) => name);
      same(
        idle,
        [],
        "the list of parameters without a gradient",
        "they are never used, or lie behind a detach",
      );
      for (const [name, { grad }] of named) requireFinite(grad!, `the gradient of ${name}`);
    }),
    law("gives the same output with the same weights", (network, x) => {
      const other = build();
      try {
        other.module.loadStateDict(network.module.stateDict());
        for (const { module } of [network, other]) module.eval();
        const output = network.predict(x);
        const gap = distance(other.predict(x), output);
        const hint = "weights outside of parameter(), buffer() and child() are missing in checkpoints";
        holds(gap <= 1e-5, `with the same weights another one gives outputs that differ by ${gap}`, hint);
      } finally {
        other.module.dispose();
      }
    }),
  ];
}

/** Axes [N, C, spatial] in the order of a layout. */
function shaped(axes: readonly number[], dataFormat: Network["dataFormat"]): readonly number[] {
  const [batch, channels, ...size] = axes as [number, number, ...number[]];
  return dataFormat === "channels_last" ? [batch, ...size, channels] : axes;
}

function checkActivation(network: Network, logits: Tensor, output: Tensor, isMap: boolean): void {
  const { finalActivation, dataFormat } = network;
  if (finalActivation === "linear") {
    holds(distance(logits, output) === 0, "a linear output is not the logits");
    return;
  }
  const [low, high] = ops.aminmax(output).map((one) => one.item()) as [number, number];
  holds(low >= 0 && high <= 1, `after ${finalActivation} the output lies from ${low} to ${high}`);
  if (finalActivation === "sigmoid") return;
  const sums = ops.sumDim(output, [isMap && dataFormat === "channels_last" ? -1 : 1]);
  const gap = distance(sums, ops.onesLike(sums));
  holds(gap < 1e-4, `after softmax the channels of a voxel add up to 1 ± ${gap}`);
}
