import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";

/**
 * [N, C, spatial] of 2 or 3 axes with the channels innermost in memory. One channel is copied: its strides fit both
 * layouts, and libtorch would take it, and all that follows from it, for channels outermost.
 */
export function channelsInnermost(input: Tensor): Tensor {
  const memoryFormat = input.rank === 5 ? "channels_last_3d" : "channels_last";
  return input.shape[1] === 1 ? ops.clone(input, { memoryFormat }) : ops.contiguous(input, { memoryFormat });
}
