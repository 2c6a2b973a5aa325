import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import type { BatchNorm, GroupNorm } from "./norm.ts";

/** relu(norm(parts side by side on the channel axis)). */
export function normRelu(norm: BatchNorm | GroupNorm, parts: readonly Tensor[]): Tensor {
  return scope(() => {
    const input = parts.length === 1 ? parts[0]! : ops.cat(parts, { dim: 1 });
    return ops.relu_(norm.forward(input));
  });
}
