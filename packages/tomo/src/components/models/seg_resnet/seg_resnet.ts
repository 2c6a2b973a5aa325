import {
  BatchNorm,
  Conv,
  channelsInnermost,
  Dropout,
  GroupNorm,
  Layer,
  type Norm,
  normRelu,
  ops,
  Sequential,
  scope,
  type Tensor,
  Upsample,
} from "@tomo/torch";

export interface SegResnetOptions {
  readonly axes: 2 | 3;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Channels at full resolution; each level doubles them. */
  readonly filters: number;
  /** Residual blocks of each level on the way down, full resolution first. */
  readonly blocksDown: readonly number[];
  /** Residual blocks of each level on the way up, coarsest first; one entry fewer. */
  readonly blocksUp: readonly number[];
  readonly norm: "batch" | { readonly groups: number } | null;
  /** Probability with which a whole channel of the first convolution is dropped. */
  readonly dropout: number;
}

type NormKind = SegResnetOptions["norm"];
type MaybeNorm = BatchNorm | GroupNorm | null;

/** MONAI wraps each convolution in a module of its own, which shows in the names: `conv1.conv.weight`. */
class Convolution extends Layer {
  readonly conv: Conv;

  constructor(
    axes: 2 | 3,
    from: number,
    to: number,
    options: { kernel?: number; stride?: number; bias?: boolean },
  ) {
    super();
    const { kernel = 3, stride = 1, bias = false } = options;
    const padding = (kernel - 1) / 2;
    this.conv = this.child("conv", new Conv(axes, from, to, kernel, { stride, padding, bias }));
  }
  override forward(input: Tensor): Tensor {
    return this.conv.forward(input);
  }
}

const makeNorm = (kind: NormKind, channels: number): MaybeNorm => {
  if (kind === null) return null;
  return kind === "batch" ? new BatchNorm(channels) : new GroupNorm(kind.groups, channels);
};

const normalised = (norm: MaybeNorm, input: Tensor): Tensor =>
  norm === null ? ops.relu(input) : normRelu(norm, [input]);

/** x + conv(relu(norm(conv(relu(norm(x)))))). */
class ResidualBlock extends Layer {
  readonly #norm1: MaybeNorm;
  readonly #norm2: MaybeNorm;
  readonly #conv1: Convolution;
  readonly #conv2: Convolution;

  constructor(axes: 2 | 3, channels: number, norm: NormKind) {
    super();
    this.#norm1 = makeNorm(norm, channels);
    this.#norm2 = makeNorm(norm, channels);
    if (this.#norm1 !== null) this.child<Norm>("norm1", this.#norm1);
    if (this.#norm2 !== null) this.child<Norm>("norm2", this.#norm2);
    this.#conv1 = this.child("conv1", new Convolution(axes, channels, channels, {}));
    this.#conv2 = this.child("conv2", new Convolution(axes, channels, channels, {}));
  }

  override forward(input: Tensor): Tensor {
    return scope(() => {
      const inner = this.#conv1.forward(normalised(this.#norm1, input));
      return ops.add_(this.#conv2.forward(normalised(this.#norm2, inner)), input);
    });
  }
}

/** For its place in the names: no tensors, nothing done. */
class Identity extends Layer {
  override forward(input: Tensor): Tensor {
    return input;
  }
}

class FinalConv extends Layer {
  readonly #norm: MaybeNorm;
  readonly #conv: Convolution;

  constructor(axes: 2 | 3, filters: number, outChannels: number, norm: NormKind) {
    super();
    this.#norm = makeNorm(norm, filters);
    if (this.#norm !== null) this.child<Norm>("0", this.#norm);
    this.#conv = this.child("2", new Convolution(axes, filters, outChannels, { kernel: 1, bias: true }));
  }
  override forward(input: Tensor): Tensor {
    return scope(() => this.#conv.forward(normalised(this.#norm, input)));
  }
}

/**
 * Residual encoder-decoder of the winner of BraTS 2018 (Myronenko, arXiv 1810.11654) without its autoencoder branch, as
 * MONAI's SegResNet: same names, same order, linear interpolation with half-voxel centres.
 */
export class SegResnetModule extends Layer {
  readonly #first: Convolution;
  readonly #dropout: Dropout;
  readonly #down: readonly Layer[];
  readonly #up: readonly { readonly sample: Layer; readonly blocks: Layer }[];
  readonly #final: Layer;

  constructor(options: SegResnetOptions) {
    super();
    const { axes, filters, norm, blocksDown, blocksUp } = options;
    const blocks = (count: number, channels: number): Layer[] =>
      Array.from({ length: count }, () => new ResidualBlock(axes, channels, norm));
    this.#first = this.child("convInit", new Convolution(axes, options.inChannels, filters, {}));
    this.#dropout = new Dropout(options.dropout, { channels: true });
    this.#down = blocksDown.map((count, level) => {
      const channels = filters * 2 ** level;
      const shrink =
        level === 0 ? new Identity() : new Convolution(axes, channels / 2, channels, { stride: 2 });
      return this.child(`down_layers.${level}`, new Sequential([shrink, ...blocks(count, channels)]));
    });
    const channelsUp = blocksUp.map((_, i) => filters * 2 ** (blocksUp.length - 1 - i));
    const upBlocks = channelsUp.map((channels, i) =>
      this.child(`up_layers.${i}`, new Sequential(blocks(blocksUp[i]!, channels))),
    );
    this.#up = channelsUp.map((channels, i) => ({
      sample: this.child(`up_samples.${i}`, enlargement(axes, channels)),
      blocks: upBlocks[i]!,
    }));
    this.#final = this.child("conv_final", new FinalConv(axes, filters, options.outChannels, norm));
    this.child("dropout", this.#dropout);
  }

  /** [N, C, spatial] to logits [N, K, spatial] in the dtype of the input. */
  override forward(input: Tensor): Tensor {
    return scope(() => {
      // of a single volume of one channel libtorch makes maps with the channels outermost
      const first = channelsInnermost(this.#first.forward(channelsInnermost(input)));
      const start = this.#dropout.forward(first);
      const maps: Tensor[] = [];
      for (const level of this.#down) maps.push(level.forward(maps.at(-1) ?? start));
      const skips = maps.slice(0, -1).reverse();
      const decoded = this.#up.reduce(
        (value, { sample, blocks }, i) =>
          scope(() => blocks.forward(ops.add_(sample.forward(value), skips[i]!))),
        maps.at(-1)!,
      );
      return ops.contiguous(this.#final.forward(decoded));
    });
  }
}

/** 1 × 1 convolution that halves the channels, then ×2. */
const enlargement = (axes: 2 | 3, channels: number): Layer =>
  new Sequential([
    new Convolution(axes, 2 * channels, channels, { kernel: 1 }),
    new Upsample(2, { mode: "linear", alignCorners: false }),
  ]);
