import { call } from "../call.ts";
import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { BatchNorm, type GroupNorm } from "./norm.ts";
import { suitsOwnOperators } from "./own_operators.ts";

/** relu(norm(maps side by side on the channel axis)). */
export function normRelu(norm: BatchNorm | GroupNorm, maps: readonly Tensor[]): Tensor {
  if (!maps.every((map) => fitsFused(norm, map))) return composedNormRelu(norm, maps);
  return norm instanceof BatchNorm ? fused(norm, maps) : fusedGroups(norm, maps);
}

/** With libtorch's operators, on any device and in any dtype. */
export const composedNormRelu = (norm: BatchNorm | GroupNorm, maps: readonly Tensor[]): Tensor =>
  scope(() => ops.relu_(norm.forward(joined(maps))));

const joined = (maps: readonly Tensor[]): Tensor =>
  maps.length === 1 ? maps[0]! : ops.cat(maps, { dim: 1 });

/** Results of the door's operators have the channels innermost. */
const fitsFused = ({ weight }: BatchNorm | GroupNorm, map: Tensor): boolean =>
  suitsOwnOperators(map) && weight.dtype === (map.dtype === "float64" ? "float64" : "float32");

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

const fusedGroups = ({ weight, bias, groups, eps }: GroupNorm, maps: readonly Tensor[]): Tensor =>
  scope(() => call("tomo::group_norm_relu", "", joined(maps), weight, bias, groups, eps) as Tensor);
