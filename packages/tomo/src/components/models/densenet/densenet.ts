import {
  type BatchNorm,
  type Conv,
  channelsInnermost,
  init,
  Layer,
  Linear,
  normRelu,
  ops,
  scope,
  type Tensor,
  widened,
} from "@tomo/torch";
import { type Axes, DenseBlock, growth, makeConv, makeNorm, Transition } from "./blocks.ts";

export interface DenseNetOptions {
  readonly axes: Axes;
  readonly inChannels: number;
  readonly outChannels: number;
}

/** DenseNet-121: channels of the first convolution, layers of the four dense blocks. */
const initialChannels = 64;
const blockLayers = [6, 12, 24, 16] as const;

/** All but the classifier. */
class Features extends Layer {
  readonly #conv0: Conv;
  readonly #norm0: BatchNorm;
  readonly #blocks: readonly DenseBlock[];
  readonly #transitions: readonly Transition[];
  readonly #norm5: BatchNorm;
  readonly #axes: Axes;
  /** Channels of the result. */
  readonly outChannels: number;

  constructor(axes: Axes, inChannels: number) {
    super();
    this.#axes = axes;
    this.#conv0 = this.child("conv0", makeConv(axes, inChannels, initialChannels, 7, 2));
    this.#norm0 = this.child("norm0", makeNorm(initialChannels));
    const blocks: DenseBlock[] = [];
    const transitions: Transition[] = [];
    let channels = initialChannels;
    for (const [i, layers] of blockLayers.entries()) {
      blocks.push(this.child(`denseblock${i + 1}`, new DenseBlock(axes, channels, layers)));
      channels += layers * growth;
      if (i === blockLayers.length - 1) break;
      transitions.push(this.child(`transition${i + 1}`, new Transition(axes, channels)));
      channels /= 2;
    }
    this.#blocks = blocks;
    this.#transitions = transitions;
    this.#norm5 = this.child("norm5", makeNorm(channels));
    this.outChannels = channels;
  }

  /** [N, C, spatial] to non-negative maps [N, outChannels, spatial / 32]. */
  override forward(input: Tensor): Tensor {
    const maximum = this.#axes === 2 ? ops.maxPool2d : ops.maxPool3d;
    return scope(() => {
      const half = normRelu(this.#norm0, [this.#conv0.forward(input)]);
      const start = maximum(half, 3, { stride: 2, padding: 1 });
      const parts = this.#blocks.reduce<readonly Tensor[]>(
        (features, block, i) => block.forward(i === 0 ? start : this.#transitions[i - 1]!.forward(features)),
        [],
      );
      return normRelu(this.#norm5, parts);
    });
  }
}

/**
 * Densely connected network (Huang et al., arXiv 1608.06993) with 121 weight layers, as Keras' and MONAI's DenseNet121;
 * names, order and initialisation are MONAI's. In 3-D the kernels are cubes.
 */
export class DenseNet extends Layer {
  readonly #features: Features;
  readonly #out: Linear;

  constructor(options: DenseNetOptions) {
    super();
    this.#features = this.child("features", new Features(options.axes, options.inChannels));
    this.#out = this.child("class_layers.out", new Linear(this.#features.outChannels, options.outChannels));
    if (this.#out.bias !== null) init.constant(0)(this.#out.bias);
  }

  /** [N, C, spatial] to logits [N, K]: float32 at least, since the means over the last maps are. */
  override forward(input: Tensor): Tensor {
    return scope(() => {
      const maps = this.#features.forward(channelsInnermost(input));
      const spatial = maps.shape.slice(2).map((_, axis) => axis + 2);
      return this.#out.forward(ops.meanDim(widened(maps), spatial));
    });
  }
}
