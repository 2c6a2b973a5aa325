import {
  channelsInnermost,
  convolve,
  convolveTransposed,
  init,
  Layer,
  Module,
  ops,
  scope,
  type Tensor,
  upsampleTo,
} from "@tomo/torch";
import { groupSize, joined } from "./groups.ts";
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

/**
 * Convolution 1 × 1 × 3: across neighbouring slices, in two dimensions (Z and all pixels of a slice), where libtorch is
 * three times as fast in float32. In a 2-D network it is 1 × 1.
 */
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
      const [count = 0, channels = 0, height = 0, width = 0] = slices.shape;
      const rows = ops.permute(slices, [0, 2, 3, 1]);
      const flat = ops.reshape(rows, [batch, count / batch, height * width, channels]);
      const kernel = ops.squeezeDim(volumeKernel(this.weight), 4);
      const moved = convolve(ops.permute(flat, [0, 3, 1, 2]), kernel, { padding: [1, 0] });
      return slicesOf(ops.view(moved, [batch, channels, count / batch, height, width]));
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

  /**
   * @param input [N, C, Z, H, W], or [N, C, H, W] in a 2-D network
   * @param next What follows within a sample's pairs of slices, for the maps of a number of samples
   */
  forward(input: Tensor, training: boolean, next: (maps: Slices, samples: number) => Slices): Slices {
    return scope(() => {
      if (this.weight.rank === 4) return next(this.#convolved(channelsInnermost(input)), input.shape[0]!);
      const [batch = 0, , depth = 0] = input.shape;
      const padded = ops.constantPadNd(input, [0, 0, 0, 0, 1, 1]);
      const size = training ? depth : sizeOfGroups(input);
      if (size >= depth || depth % size > 0) return next(this.#convolved(withNeighbours(padded)), batch);
      return joined(batch * depth, size, (first, length) => {
        const sample = ops.narrow(padded, 0, Math.floor(first / depth), 1);
        const slab = ops.narrow(sample, 2, first % depth, length + 2);
        return next(this.#convolved(withNeighbours(slab)), 1);
      });
    });
  }

  #convolved(slices: Slices): Slices {
    const kernel =
      this.weight.rank === 4
        ? this.weight
        : ops.flatten(volumeKernel(this.weight), { startDim: 1, endDim: 2 });
    return convolve(slices, kernel, { stride: 2, padding: 3 });
  }
}

/** An even number of slices; the maps made of them have a quarter of their pixels. */
const sizeOfGroups = (input: Tensor): number => Math.min(32, 4 * groupSize(input));

/** [N, C, Z + 2, H, W] to [N · Z, C · 3, H, W], channels innermost: channel 3c + k is channel c of slice z + k. */
function withNeighbours(padded: Tensor): Slices {
  const windows = ops.unfold(padded, 2, 3, 1);
  const [batch = 0, channels = 0, depth = 0, height = 0, width = 0] = windows.shape;
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
      const { weight } = this;
      const input = this.#axes === 3 ? volumeOf(slices, batch) : slices;
      if (weight === null) return stackedAgain(upsampleTo(input, doubled(input), interpolation(this.#mode)));
      if (weight.rank === 4) return convolveTransposed(input, weight, { stride: 2 });
      return slicesOf(convolveTransposed(input, volumeKernel(weight), { stride: 2 }));
    });
  }
}

const doubled = (input: Tensor): number[] => input.shape.slice(2).map((size) => 2 * size);
const stackedAgain = (input: Tensor): Slices => (input.rank === 5 ? slicesOf(input) : input);

/** MONAI interpolates with the corners aligned. */
export const interpolation = (mode: UpsampleMode) =>
  mode === "linear" ? ({ mode: "linear", alignCorners: true } as const) : ({ mode: "nearest" } as const);

/** Maximum of each pair of neighbouring slices; a 2-D network has none. */
export function poolThroughPlane(
  axes: Axes,
  slices: Slices,
  batch: number,
  { training }: { readonly training: boolean },
): Slices {
  if (axes === 2) return slices;
  const [count = 0, ...shape] = slices.shape;
  return scope(() => {
    // gradients of equal values go to the first one, as MONAI's do
    if (training) return slicesOf(ops.maxPool3d(volumeOf(slices, batch), [2, 1, 1]));
    const pairs = ops.view(slices, [count / 2, 2, ...shape]);
    return ops.maximum(ops.select(pairs, 1, 0), ops.select(pairs, 1, 1));
  });
}
