import { BatchNorm, Conv, init, Module, normRelu, ops, scope, type Tensor } from "@tomo/torch";

export type Axes = 2 | 3;

/** Channels that a layer of a dense block adds, and the width of its first convolution. */
export const growth = 32;
const bottleneckWidth = 4 * growth;

/** The constants of PyTorch, torchvision and MONAI. Keras has eps 1.001e-5 and momentum 0.01 in this sense. */
export const makeNorm = (channels: number): BatchNorm =>
  new BatchNorm(channels, { eps: 1e-5, momentum: 0.1 });

export const makeConv = (axes: Axes, from: number, to: number, kernel: number, stride = 1): Conv =>
  new Conv(axes, from, to, kernel, {
    stride,
    padding: (kernel - 1) / 2,
    bias: false,
    initWeight: init.kaimingNormal(),
  });

/** MONAI keeps the parts of a dense layer in a sequence of its own, which shows in the names: `layers.norm1`. */
class DenseLayer extends Module {
  readonly #norm1: BatchNorm;
  readonly #conv1: Conv;
  readonly #norm2: BatchNorm;
  readonly #conv2: Conv;

  constructor(axes: Axes, inChannels: number) {
    super();
    this.#norm1 = this.child("layers.norm1", makeNorm(inChannels));
    this.#conv1 = this.child("layers.conv1", makeConv(axes, inChannels, bottleneckWidth, 1));
    this.#norm2 = this.child("layers.norm2", makeNorm(bottleneckWidth));
    this.#conv2 = this.child("layers.conv2", makeConv(axes, bottleneckWidth, growth, 3));
  }

  /** From all features so far, side by side on the channel axis, to `growth` new ones. */
  forward(features: readonly Tensor[]): Tensor {
    return scope(() => {
      const narrow = this.#conv1.forward(normRelu(this.#norm1, features));
      return this.#conv2.forward(normRelu(this.#norm2, [narrow]));
    });
  }
}

/** Each layer sees the input and what all layers before it added. */
export class DenseBlock extends Module {
  readonly #layers: readonly DenseLayer[];

  constructor(axes: Axes, inChannels: number, layers: number) {
    super();
    this.#layers = Array.from({ length: layers }, (_, i) =>
      this.child(`denselayer${i + 1}`, new DenseLayer(axes, inChannels + i * growth)),
    );
  }

  /** Features as a list of parts, side by side on the channel axis: the input and one part a layer. */
  forward(input: Tensor): Tensor[] {
    return scope(() => {
      const parts = [input];
      for (const layer of this.#layers) parts.push(layer.forward(parts));
      return parts;
    });
  }
}

/** Norm, ReLU, 1 × 1 convolution, mean over 2 × 2 (× 2): halves channels and axes. */
export class Transition extends Module {
  readonly #norm: BatchNorm;
  readonly #conv: Conv;
  readonly #axes: Axes;

  constructor(axes: Axes, inChannels: number) {
    super();
    this.#axes = axes;
    this.#norm = this.child("norm", makeNorm(inChannels));
    this.#conv = this.child("conv", makeConv(axes, inChannels, inChannels / 2, 1));
  }

  forward(features: readonly Tensor[]): Tensor {
    const average = this.#axes === 2 ? ops.avgPool2d : ops.avgPool3d;
    return scope(() => average(this.#conv.forward(normRelu(this.#norm, features)), 2));
  }
}
