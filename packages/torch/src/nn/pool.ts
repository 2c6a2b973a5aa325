import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";
import type { SpatialAxes } from "./conv.ts";
import { Layer } from "./module.ts";
import type { PerAxis } from "./sizes.ts";

export interface PoolOptions {
  /** Default: the kernel. */
  readonly stride?: PerAxis;
  readonly padding?: PerAxis;
}

const maxima = { 1: ops.maxPool1d, 2: ops.maxPool2d, 3: ops.maxPool3d } as const;
const averages = { 1: ops.avgPool1d, 2: ops.avgPool2d, 3: ops.avgPool3d } as const;
const adaptiveAverages = {
  1: ops.adaptiveAvgPool1d,
  2: ops.adaptiveAvgPool2d,
  3: ops.adaptiveAvgPool3d,
} as const;

/** Maximum over windows of [N, C, spatial]; padding counts as minus infinity. */
export class MaxPool extends Layer {
  readonly #pool: (input: Tensor) => Tensor;

  constructor(axes: SpatialAxes, kernel: PerAxis, options: PoolOptions = {}) {
    super();
    const { stride = kernel, padding = 0 } = options;
    this.#pool = (input) => maxima[axes](input, kernel, { stride, padding });
  }
  override forward(input: Tensor): Tensor {
    return this.#pool(input);
  }
}

/** Mean over windows of [N, C, spatial]; padding counts as zeros. */
export class AvgPool extends Layer {
  readonly #pool: (input: Tensor) => Tensor;

  constructor(axes: SpatialAxes, kernel: PerAxis, options: PoolOptions = {}) {
    super();
    const { stride = kernel, padding = 0 } = options;
    this.#pool = (input) => averages[axes](input, kernel, { stride, padding });
  }
  override forward(input: Tensor): Tensor {
    return this.#pool(input);
  }
}

/** Mean over a grid of windows that has the given size, whatever the size of the input; 1 = over everything. */
export class AdaptiveAvgPool extends Layer {
  readonly #pool: (input: Tensor) => Tensor;

  constructor(axes: SpatialAxes, outputSize: PerAxis) {
    super();
    this.#pool = (input) => adaptiveAverages[axes](input, outputSize);
  }
  override forward(input: Tensor): Tensor {
    return this.#pool(input);
  }
}
