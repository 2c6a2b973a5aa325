import { call } from "../call.ts";
import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";
import { Layer } from "./module.ts";
import { suitsOwnOperators } from "./own_operators.ts";
import { type PerAxis, perAxis } from "./sizes.ts";

export interface UpsampleOptions {
  readonly mode: "nearest" | "linear";
  /** Linear only: whether the corner voxels keep their centres (else the corners of the field of view do). */
  readonly alignCorners?: boolean;
}

/** Interpolates [N, C, spatial] of 1 to 3 axes to the given spatial size. */
export function upsampleTo(input: Tensor, size: readonly number[], options: UpsampleOptions): Tensor {
  const corners = options.alignCorners ?? false;
  const linear = options.mode === "linear";
  if (linear && suitsOwnOperators(input))
    return call("tomo::upsample_linear", "", input, size, corners) as Tensor;
  switch (size.length) {
    case 1:
      return linear ? ops.upsampleLinear1d(input, size, corners) : ops.upsampleNearest1d(input, size);
    case 2:
      return linear ? ops.upsampleBilinear2d(input, size, corners) : ops.upsampleNearest2d(input, size);
    case 3:
      return linear ? ops.upsampleTrilinear3d(input, size, corners) : ops.upsampleNearest3d(input, size);
    default:
      throw new RangeError(`cannot interpolate ${size.length} axes`);
  }
}

/** Enlarges each spatial axis by a whole factor. */
export class Upsample extends Layer {
  readonly factor: PerAxis;
  readonly options: UpsampleOptions;

  constructor(factor: PerAxis, options: UpsampleOptions) {
    super();
    this.factor = factor;
    this.options = options;
  }

  override forward(input: Tensor): Tensor {
    const spatial = input.shape.slice(2);
    const factors = perAxis(this.factor, spatial.length);
    return upsampleTo(
      input,
      spatial.map((size, axis) => size * factors[axis]!),
      this.options,
    );
  }
}
