import { call } from "../call.ts";
import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { BatchNorm, type GroupNorm } from "./norm.ts";

/** relu(norm(maps side by side on the channel axis)). */
export function normRelu(norm: BatchNorm | GroupNorm, maps: readonly Tensor[]): Tensor {
  if (norm instanceof BatchNorm && maps.every((map) => fitsFused(norm, map))) return fused(norm, maps);
  return composedNormRelu(norm, maps);
}

/** With libtorch's operators, on any device and in any dtype. */
export const composedNormRelu = (norm: BatchNorm | GroupNorm, maps: readonly Tensor[]): Tensor =>
  scope(() => {
    const input = maps.length === 1 ? maps[0]! : ops.cat(maps, { dim: 1 });
    return ops.relu_(norm.forward(input));
  });

/** What the door's own operator (native/norm_relu.cc) takes. Its result has the channels innermost in memory. */
const fitsFused = ({ weight }: BatchNorm, { device, rank, dtype }: Tensor): boolean =>
  device === "cpu" &&
  (rank === 4 || rank === 5) &&
  dtype !== "float16" &&
  weight.dtype === (dtype === "float64" ? "float64" : "float32");

function fused(norm: BatchNorm, maps: readonly Tensor[]): Tensor {
  norm.countBatch(maps[0]!);
  const { weight, bias, runningMean, runningVar, training, momentum, eps } = norm;
  return call(
    "tomo::norm_relu",
    "",
    maps,
    weight,
    bias,
    runningMean,
    runningVar,
    training,
    momentum,
    eps,
  ) as Tensor;
}
