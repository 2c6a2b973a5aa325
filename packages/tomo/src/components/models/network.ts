import { type Layer, ops, scope, sigmoid, softmax, type Tensor, widened } from "@tomo/torch";
import type { Network, NetworkContext } from "../contracts.ts";

export interface NetworkParts extends Pick<Network, "outChannels" | "finalActivation" | "dataFormat"> {
  /** [N, C, spatial] to logits [N, K, spatial] in the dtype of the input. */
  readonly module: Layer;
  readonly checkSize: Network["checkSize"];
  readonly extraLoss?: Network["extraLoss"];
  readonly loadPretrained?: Network["loadPretrained"];
}

/** The network that workflows see: layout, precision and final activation around a module. */
export function networkOf(parts: NetworkParts, context: NetworkContext): Network {
  const { module, finalActivation, dataFormat } = parts;
  const parameterType = () => module.parameters()[0]!.dtype;
  const last = dataFormat === "channels_last";
  const logits = (input: Tensor): Tensor =>
    scope(() => {
      const first = last ? ops.movedim(input, [-1], [1]) : input;
      const output = widened(module.forward(ops.toDtype(first, context.precision ?? parameterType())));
      return last ? ops.movedim(output, [1], [-1]) : output;
    });
  const activate = activations[finalActivation];
  return {
    ...parts,
    logits,
    predict: (input) => scope(() => activate(logits(input), last ? -1 : 1)),
    extraLoss: parts.extraLoss ?? (() => null),
    loadPretrained: parts.loadPretrained ?? null,
  };
}

const activations = {
  softmax,
  sigmoid: (logits: Tensor) => sigmoid(logits),
  linear: (logits: Tensor) => logits,
} as const;
