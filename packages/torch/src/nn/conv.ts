import type { Tensor } from "../tensor.ts";
import { convolve, convolveTransposed } from "./convolve.ts";
import { defaultBias, defaultWeight, type Initialiser, initialised } from "./init.ts";
import { Layer } from "./module.ts";
import { type PerAxis, perAxis } from "./sizes.ts";

export interface ConvOptions {
  readonly stride?: PerAxis;
  readonly padding?: PerAxis;
  readonly dilation?: PerAxis;
  readonly groups?: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Default: PyTorch's. */
  readonly initWeight?: Initialiser;
}
export interface ConvTransposeOptions extends ConvOptions {
  readonly outputPadding?: PerAxis;
}
export type SpatialAxes = 1 | 2 | 3;

/** Convolution over 1 to 3 spatial axes: [N, C, spatial] to [N, O, spatial]. Weight [O, C / groups, ...kernel]. */
export class Conv extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly #options: { stride: PerAxis; padding: PerAxis; dilation: PerAxis; groups: number };

  constructor(
    axes: SpatialAxes,
    inChannels: number,
    outChannels: number,
    kernel: PerAxis,
    options: ConvOptions = {},
  ) {
    super();
    const {
      stride = 1,
      padding = 0,
      dilation = 1,
      groups = 1,
      bias = true,
      initWeight = defaultWeight,
    } = options;
    this.#options = { stride, padding, dilation, groups };
    const shape = [outChannels, inChannels / groups, ...perAxis(kernel, axes)];
    this.weight = this.parameter("weight", initialised(shape, initWeight));
    this.bias = bias ? this.parameter("bias", initialised([outChannels], defaultBias(this.weight))) : null;
  }

  override forward(input: Tensor): Tensor {
    return convolve(input, this.weight, { ...this.#options, bias: this.bias });
  }
}

/** Transposed convolution over 1 to 3 spatial axes. Weight [C, O / groups, ...kernel]. */
export class ConvTranspose extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly #options: {
    stride: PerAxis;
    padding: PerAxis;
    outputPadding: PerAxis;
    dilation: PerAxis;
    groups: number;
  };

  constructor(
    axes: SpatialAxes,
    inChannels: number,
    outChannels: number,
    kernel: PerAxis,
    options: ConvTransposeOptions = {},
  ) {
    super();
    const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
    this.#options = { stride, padding, outputPadding, dilation, groups };
    const shape = [inChannels, outChannels / groups, ...perAxis(kernel, axes)];
    this.weight = this.parameter("weight", initialised(shape, options.initWeight ?? defaultWeight));
    const biased = options.bias ?? true;
    this.bias = biased ? this.parameter("bias", initialised([outChannels], defaultBias(this.weight))) : null;
  }

  override forward(input: Tensor): Tensor {
    return convolveTransposed(input, this.weight, { ...this.#options, bias: this.bias });
  }
}
