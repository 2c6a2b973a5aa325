import type { Tensor } from "../tensor.ts";

/** Maps that the door's own operators take (native/norm_relu.cc, group_norm_relu.cc, upsample_linear.cc). */
export const suitsOwnOperators = ({ device, rank, dtype }: Tensor): boolean =>
  device === "cpu" &&
  (rank === 4 || rank === 5) &&
  (dtype === "bfloat16" || dtype === "float32" || dtype === "float64");
