import {
  BatchNorm,
  Conv,
  type DenseLayer,
  denseBlock,
  init,
  Module,
  normRelu,
  ops,
  scope,
  type Tensor,
  widened,
} from "@tomo/torch";

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
class DenseNetLayer extends Module implements DenseLayer {
  readonly norm1: BatchNorm;
  readonly conv1: Conv;
  readonly norm2: BatchNorm;
  readonly conv2: Conv;

  constructor(axes: Axes, inChannels: number) {
    super();
    this.norm1 = this.child("layers.norm1", makeNorm(inChannels));
    this.conv1 = this.child("layers.conv1", makeConv(axes, inChannels, bottleneckWidth, 1));
    this.norm2 = this.child("layers.norm2", makeNorm(bottleneckWidth));
    this.conv2 = this.child("layers.conv2", makeConv(axes, bottleneckWidth, growth, 3));
  }
}

/** Each layer sees the input and what all layers before it added. */
export class DenseBlock extends Module {
  readonly #layers: readonly DenseNetLayer[];

  constructor(axes: Axes, inChannels: number, layers: number) {
    super();
    this.#layers = Array.from({ length: layers }, (_, i) =>
      this.child(`denselayer${i + 1}`, new DenseNetLayer(axes, inChannels + i * growth)),
    );
  }

  /** Features as maps side by side on the channel axis. */
  forward(input: Tensor): readonly Tensor[] {
    return denseBlock(input, this.#layers);
  }
}

/** Mean over 2 × 2 (× 2). libtorch's 3-D form knows no bfloat16. */
const halved = (map: Tensor): Tensor =>
  map.rank === 4
    ? ops.avgPool2d(map, 2)
    : scope(() => ops.toDtype(ops.avgPool3d(widened(map), 2), map.dtype));

/**
 * Norm, ReLU, 1 × 1 convolution, mean over 2 × 2 (× 2): halves channels and axes. The mean is taken first, which is the
 * same (both are linear) and leaves the convolution a quarter (an eighth) of its work.
 */
export class Transition extends Module {
  readonly #norm: BatchNorm;
  readonly #conv: Conv;

  constructor(axes: Axes, inChannels: number) {
    super();
    this.#norm = this.child("norm", makeNorm(inChannels));
    this.#conv = this.child("conv", makeConv(axes, inChannels, inChannels / 2, 1));
  }

  forward(features: readonly Tensor[]): Tensor {
    return scope(() => this.#conv.forward(halved(normRelu(this.#norm, features))));
  }
}
