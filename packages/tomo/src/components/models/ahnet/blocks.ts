import { BatchNorm, Module, normRelu, ops, scope } from "@tomo/torch";
import { inGroups } from "./groups.ts";
import {
  type Axes,
  Doubling,
  InPlaneConv,
  poolThroughPlane,
  ThroughPlaneConv,
  type UpsampleMode,
} from "./layers.ts";
import type { Slices } from "./slices.ts";

/** Channels that each layer of a dense block adds, and the width of its first convolution. */
const growth = 20;
const bottleneckWidth = 4 * growth;
const layersOfBlock = 3;
/** Channels that a dense block adds. */
export const blockGrowth = layersOfBlock * growth;

/** The shortcut of a bottleneck that changes shape. In MONAI a sequence of convolution 0, pool 1 and norm 2. */
class Shortcut extends Module {
  readonly #conv: InPlaneConv;
  readonly #norm: BatchNorm;
  readonly #pools: boolean;
  readonly #axes: Axes;

  constructor(axes: Axes, inChannels: number, outChannels: number, stride: number) {
    super();
    this.#axes = axes;
    this.#pools = stride === 2;
    this.#conv = this.child("0", new InPlaneConv(axes, inChannels, outChannels, { stride }));
    this.#norm = this.child("2", new BatchNorm(outChannels));
  }

  forward(slices: Slices, batch: number): Slices {
    return scope(() => {
      const moved = this.#conv.forward(slices);
      return this.#norm.forward(this.#pools ? poolThroughPlane(this.#axes, moved, batch, this) : moved);
    });
  }
}

/** Residual block 1 × 1, 3 × 3 × 1, 1 × 1; with stride 2 the slices are strided and pairs of slices pooled. */
export class Bottleneck extends Module {
  readonly #convs: readonly [InPlaneConv, InPlaneConv, InPlaneConv];
  readonly #norms: readonly [BatchNorm, BatchNorm, BatchNorm];
  readonly #shortcut: Shortcut | null;
  readonly #axes: Axes;
  readonly #pools: boolean;

  constructor(axes: Axes, inChannels: number, planes: number, stride: number, reshapes: boolean) {
    super();
    this.#axes = axes;
    this.#pools = stride === 2;
    const conv1 = this.child("conv1", new InPlaneConv(axes, inChannels, planes));
    const bn1 = this.child("bn1", new BatchNorm(planes));
    const conv2 = this.child("conv2", new InPlaneConv(axes, planes, planes, { kernel: 3, stride }));
    const bn2 = this.child("bn2", new BatchNorm(planes));
    const conv3 = this.child("conv3", new InPlaneConv(axes, planes, 4 * planes));
    const bn3 = this.child("bn3", new BatchNorm(4 * planes));
    this.#convs = [conv1, conv2, conv3];
    this.#norms = [bn1, bn2, bn3];
    this.#shortcut = reshapes
      ? this.child("downsample", new Shortcut(axes, inChannels, 4 * planes, stride))
      : null;
  }

  forward(slices: Slices, batch: number): Slices {
    return scope(() => {
      const [conv1, conv2, conv3] = this.#convs;
      const [bn1, bn2, bn3] = this.#norms;
      const narrow = normRelu(bn1, [conv1.forward(slices)]);
      const inPlane = normRelu(bn2, [conv2.forward(narrow)]);
      const wide = bn3.forward(conv3.forward(inPlane));
      const pooled = this.#pools ? poolThroughPlane(this.#axes, wide, batch, this) : wide;
      const shortcut = this.#shortcut?.forward(slices, batch) ?? slices;
      return ops.relu_(this.training ? ops.add(pooled, shortcut) : ops.add_(pooled, shortcut));
    });
  }
}

/** Bottlenecks one after the other; the first one changes channels and, with stride 2, size. */
export class Stage extends Module {
  readonly #blocks: readonly Bottleneck[];

  constructor(axes: Axes, inChannels: number, planes: number, blocks: number, stride: number) {
    super();
    this.#blocks = Array.from({ length: blocks }, (_, i) => {
      const first = i === 0;
      const block = new Bottleneck(axes, first ? inChannels : 4 * planes, planes, first ? stride : 1, first);
      return this.child(String(i), block);
    });
  }

  forward(slices: Slices, batch: number): Slices {
    return inGroups([slices], ([group]) => this.#blocksOf(group!, batch), this);
  }

  #blocksOf(slices: Slices, batch: number): Slices {
    return this.#blocks.reduce((value, block) => {
      const next = block.forward(value, batch);
      if (value !== slices) value.dispose();
      return next;
    }, slices);
  }
}

/** One layer of a dense block: from all features so far (side by side on the channel axis) to `growth` new ones. */
class PseudoVolumeLayer extends Module {
  readonly #bn1: BatchNorm;
  readonly #conv1: InPlaneConv;
  readonly #bn2: BatchNorm;
  readonly #conv2: InPlaneConv;
  readonly #bn3: BatchNorm;
  readonly #conv3: ThroughPlaneConv;
  readonly #bn4: BatchNorm;
  readonly #conv4: InPlaneConv;

  constructor(axes: Axes, inChannels: number) {
    super();
    this.#bn1 = this.child("bn1", new BatchNorm(inChannels));
    this.#conv1 = this.child("conv1", new InPlaneConv(axes, inChannels, bottleneckWidth));
    this.#bn2 = this.child("bn2", new BatchNorm(bottleneckWidth));
    this.#conv2 = this.child("conv2", new InPlaneConv(axes, bottleneckWidth, growth, { kernel: 3 }));
    this.#bn3 = this.child("bn3", new BatchNorm(growth));
    this.#conv3 = this.child("conv3", new ThroughPlaneConv(axes, growth));
    this.#bn4 = this.child("bn4", new BatchNorm(growth));
    this.#conv4 = this.child("conv4", new InPlaneConv(axes, growth, growth));
  }

  forward(features: readonly Slices[], batch: number): Slices {
    return scope(() => {
      const inPlane = inGroups(features, (group) => this.#withinSlices(group), this);
      const through = scope(() => this.#conv3.forward(normRelu(this.#bn3, [inPlane]), batch));
      // in place behind a view autograd would turn gradients into channels outermost
      const joined = this.training ? ops.add(through, inPlane) : ops.add_(through, inPlane);
      inPlane.dispose();
      return inGroups(
        [joined],
        (group) => scope(() => this.#conv4.forward(normRelu(this.#bn4, group))),
        this,
      );
    });
  }

  #withinSlices(features: readonly Slices[]): Slices {
    return scope(() => {
      const narrow = this.#conv1.forward(normRelu(this.#bn1, features));
      return this.#conv2.forward(normRelu(this.#bn2, [narrow]));
    });
  }
}

/** Features as a list of parts, side by side on the channel axis: [input, new 1, new 2, new 3]. Nothing is copied. */
export class DenseBlock extends Module {
  readonly #layers: readonly PseudoVolumeLayer[];

  constructor(axes: Axes, inChannels: number) {
    super();
    this.#layers = Array.from({ length: layersOfBlock }, (_, i) =>
      this.child(`denselayer${i + 1}`, new PseudoVolumeLayer(axes, inChannels + i * growth)),
    );
  }

  forward(slices: Slices, batch: number): Slices[] {
    return scope(() => {
      const parts = [slices];
      for (const layer of this.#layers) parts.push(layer.forward(parts, batch));
      return parts;
    });
  }
}

/** Norm, ReLU, 1 × 1 convolution. */
export class Projection extends Module {
  readonly #norm: BatchNorm;
  readonly #conv: InPlaneConv;

  constructor(axes: Axes, inChannels: number, outChannels: number) {
    super();
    this.#norm = this.child("norm", new BatchNorm(inChannels));
    this.#conv = this.child("conv", new InPlaneConv(axes, inChannels, outChannels));
  }

  forward(features: readonly Slices[]): Slices {
    return scope(() => this.#conv.forward(normRelu(this.#norm, features)));
  }
}

/** Norm, ReLU, convolution, ×2: UpTransition with a 1 × 1 convolution, Final with 3 × 3 × 1. */
export class UpTransition extends Module {
  readonly #norm: BatchNorm;
  readonly #conv: InPlaneConv;
  readonly #up: Doubling;

  constructor(axes: Axes, inChannels: number, outChannels: number, mode: UpsampleMode, kernel = 1) {
    super();
    this.#norm = this.child("norm", new BatchNorm(inChannels));
    this.#conv = this.child("conv", new InPlaneConv(axes, inChannels, outChannels, { kernel }));
    this.#up = this.child("up", new Doubling(axes, outChannels, mode));
  }

  forward(features: readonly Slices[], batch: number): Slices {
    return scope(() => {
      const within = (group: readonly Slices[]) =>
        scope(() => this.#conv.forward(normRelu(this.#norm, group)));
      return this.#up.forward(inGroups(features, within, this), batch);
    });
  }
}
