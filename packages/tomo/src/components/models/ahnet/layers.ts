import { convolve, init, Layer, Module, matching, ops, scope, type Tensor, upsampleTo } from "@tomo/torch";
import { type Slices, slicesOf, volumeOf } from "./slices.ts";

/** Dimensions of the network: a 3-D kernel is k × k × d with the through-plane axis last, a 2-D one k × k. */
export type Axes = 2 | 3;
export type UpsampleMode = "transpose" | "linear" | "nearest";

const kernelShape = (axes: Axes, inPlane: number, throughPlane: number): number[] =>
  axes === 3 ? [inPlane, inPlane, throughPlane] : [inPlane, inPlane];

/** MONAI's: normal with standard deviation sqrt(2 / (k · k · output channels)); k the in-plane kernel size. */
const convInit = (inPlane: number, outChannels: number) =>
  init.normal(0, Math.sqrt(2 / (inPlane * inPlane * outChannels)));

/** A weight [O, I, k, k, 1] or [O, I, k, k] as a 2-D kernel [O, I, k, k]. */
const inPlaneKernel = (weight: Tensor): Tensor => (weight.rank === 5 ? ops.squeezeDim(weight, 4) : weight);

/** A weight [O, I, k, k, d] as a kernel over [Z, H, W]: [O, I, d, k, k]. */
const volumeKernel = (weight: Tensor): Tensor => ops.permute(weight, [0, 1, 4, 2, 3]);

export interface InPlaneOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias?: boolean;
}

/** Convolution k × k × 1: within the slices. */
export class InPlaneConv extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly #stride: number;
  readonly #padding: number;

  constructor(axes: Axes, inChannels: number, outChannels: number, options: InPlaneOptions = {}) {
    super();
    const { kernel = 1, stride = 1, padding = (kernel - 1) / 2, bias = false } = options;
    this.#stride = stride;
    this.#padding = padding;
    const shape = [outChannels, inChannels, ...kernelShape(axes, kernel, 1)];
    this.weight = this.parameter("weight", init.initialised(shape, convInit(kernel, outChannels)));
    this.bias = bias
      ? this.parameter("bias", init.initialised([outChannels], init.defaultBias(this.weight)))
      : null;
  }

  override forward(slices: Slices): Slices {
    return scope(() =>
      convolve(slices, inPlaneKernel(this.weight), {
        bias: this.bias,
        stride: this.#stride,
        padding: this.#padding,
      }),
    );
  }
}

/** Convolution 1 × 1 × 3: across neighbouring slices. In a 2-D network it is 1 × 1. */
export class ThroughPlaneConv extends Module {
  readonly weight: Tensor;

  constructor(axes: Axes, channels: number) {
    super();
    const shape = [channels, channels, ...kernelShape(axes, 1, 3)];
    this.weight = this.parameter("weight", init.initialised(shape, convInit(1, channels)));
  }

  forward(slices: Slices, batch: number): Slices {
    return scope(() => {
      if (this.weight.rank === 4) return convolve(slices, this.weight);
      const options = { padding: [1, 0, 0] };
      return slicesOf(convolve(volumeOf(slices, batch), volumeKernel(this.weight), options));
    });
  }
}

/**
 * The first layer: 7 × 7 × 3 with stride 2 within the slices. Each slice and its two neighbours become the channels of
 * a 2-D convolution, as in the paper's 2-D network; missing neighbours are zeros.
 */
export class Stem extends Module {
  readonly weight: Tensor;

  constructor(axes: Axes, inChannels: number, outChannels: number) {
    super();
    const shape = [outChannels, inChannels, ...kernelShape(axes, 7, 3)];
    this.weight = this.parameter("weight", init.initialised(shape, convInit(7, outChannels)));
  }

  /** input: [N, C, Z, H, W], or [N, C, H, W] in a 2-D network. */
  forward(input: Tensor): Slices {
    return scope(() => {
      const options = { stride: 2, padding: 3 };
      if (this.weight.rank === 4)
        return convolve(ops.contiguous(input, { memoryFormat: "channels_last" }), this.weight, options);
      const kernel = ops.flatten(volumeKernel(this.weight), { startDim: 1, endDim: 2 });
      return convolve(withNeighbours(input), kernel, options);
    });
  }
}

/** [N, C, Z, H, W] to [N · Z, C · 3, H, W], channels innermost: channel 3c + k is channel c of slice z + k − 1. */
function withNeighbours(volume: Tensor): Slices {
  const [batch = 0, channels = 0, depth = 0, height = 0, width = 0] = volume.shape;
  const padded = ops.constantPadNd(volume, [0, 0, 0, 0, 1, 1]);
  const windows = ops.unfold(padded, 2, 3, 1);
  const inner = ops.contiguous(ops.permute(windows, [0, 2, 3, 4, 1, 5]));
  const flat = ops.view(inner, [batch * depth, height, width, channels * 3]);
  return ops.permute(flat, [0, 3, 1, 2]);
}

/** Transposed convolution 2³ (2-D: 2²) with stride 2, or interpolation by 2: doubles all axes. */
export class Doubling extends Module {
  readonly weight: Tensor | null;
  readonly #axes: Axes;
  readonly #mode: UpsampleMode;

  constructor(axes: Axes, channels: number, mode: UpsampleMode) {
    super();
    this.#axes = axes;
    this.#mode = mode;
    const shape = [channels, channels, ...kernelShape(axes, 2, 2)];
    this.weight =
      mode === "transpose" ? this.parameter("weight", init.initialised(shape, convInit(2, channels))) : null;
  }

  forward(slices: Slices, batch: number): Slices {
    return scope(() => {
      const weight = matching(this.weight, slices);
      const input = this.#axes === 3 ? volumeOf(slices, batch) : slices;
      if (weight === null) return stackedAgain(upsampleTo(input, doubled(input), interpolation(this.#mode)));
      if (weight.rank === 4) return ops.convTranspose2d(input, weight, { stride: 2 });
      return slicesOf(ops.convTranspose3d(input, volumeKernel(weight), { stride: 2 }));
    });
  }
}

const doubled = (input: Tensor): number[] => input.shape.slice(2).map((size) => 2 * size);
const stackedAgain = (input: Tensor): Slices => (input.rank === 5 ? slicesOf(input) : input);

/** MONAI interpolates with the corners aligned. */
export const interpolation = (mode: UpsampleMode) =>
  mode === "linear" ? ({ mode: "linear", alignCorners: true } as const) : ({ mode: "nearest" } as const);

/** Maximum of each pair of neighbouring slices; a 2-D network has none. */
export function poolThroughPlane(axes: Axes, slices: Slices, batch: number): Slices {
  if (axes === 2) return slices;
  return scope(() => slicesOf(ops.maxPool3d(volumeOf(slices, batch), [2, 1, 1])));
}
