import { BatchNorm, dispose, Layer, normRelu, ops, scope, type Tensor } from "@tomo/torch";
import { blockGrowth, DenseBlock, Projection, Stage, UpTransition } from "./blocks.ts";
import { type Axes, poolThroughPlane, Stem, type UpsampleMode } from "./layers.ts";
import { Psp } from "./psp.ts";
import { type Slices, slicesOf, volumeOf } from "./slices.ts";

export interface AhnetOptions {
  readonly axes: Axes;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Number of pyramid pools before the last layer, 0 to 4. */
  readonly pspPools: number;
  readonly upsampleMode: UpsampleMode;
  /** Spatial axis (0-based) across the slices; 3-D only. */
  readonly throughPlane: number;
}

/**
 * Anisotropic Hybrid Network (Liu et al., arXiv 1711.08580) as MONAI has it: a ResNet-50 whose kernels look within
 * slices, and a decoder of dense blocks with small kernels across slices. Names of tensors are MONAI's. In 2-D the
 * kernels are the natural ones (7 × 7, 3 × 3, 1 × 1), which MONAI's 2-D form has not.
 */
export class Ahnet extends Layer {
  readonly #options: AhnetOptions;
  readonly #stem: Stem;
  readonly #norm: BatchNorm;
  readonly #stages: readonly Stage[];
  readonly #ups: readonly UpTransition[];
  readonly #dense: readonly DenseBlock[];
  readonly #trans: Projection;
  readonly #psp: Psp;
  readonly #final: UpTransition;

  constructor(options: AhnetOptions) {
    super();
    this.#options = options;
    const { axes, upsampleMode: mode } = options;
    const up = (name: string, from: number, to: number) =>
      this.child(name, new UpTransition(axes, from, to, mode));
    const dense = (name: string, channels: number) => this.child(name, new DenseBlock(axes, channels));
    const stage = (name: string, from: number, planes: number, blocks: number, stride: number) =>
      this.child(name, new Stage(axes, from, planes, blocks, stride));

    this.#stem = this.child("conv1", new Stem(axes, options.inChannels, 64));
    this.#norm = this.child("bn0", new BatchNorm(64));
    this.#stages = [
      stage("layer1", 64, 64, 3, 1),
      stage("layer2", 256, 128, 4, 2),
      stage("layer3", 512, 256, 6, 2),
      stage("layer4", 1024, 512, 3, 2),
    ];
    const up0 = up("up0", 2048, 1024);
    const dense0 = dense("dense0", 1024);
    const up1 = up("up1", 1024 + blockGrowth, 512);
    const dense1 = dense("dense1", 512);
    const up2 = up("up2", 512 + blockGrowth, 256);
    const dense2 = dense("dense2", 256);
    this.#trans = this.child("trans1", new Projection(axes, 256 + blockGrowth, 64));
    const dense3 = dense("dense3", 64);
    const up3 = up("up3", 64 + blockGrowth, 64);
    const dense4 = dense("dense4", 64);
    this.#ups = [up0, up1, up2, up3];
    this.#dense = [dense0, dense1, dense2, dense3, dense4];
    this.#psp = this.child("psp", new Psp(axes, options.pspPools, 64 + blockGrowth, mode));
    const last = new UpTransition(axes, 64 + blockGrowth + options.pspPools, options.outChannels, mode, 3);
    this.#final = this.child("final", last);
  }

  /** [N, C, spatial] to logits [N, K, spatial] in the dtype of the input. */
  override forward(input: Tensor): Tensor {
    const { axes, throughPlane } = this.#options;
    return scope(() => {
      const batch = input.shape[0]!;
      if (axes === 2) return ops.contiguous(this.#slices(input, batch));
      const upright = ops.movedim(input, [2 + throughPlane], [2]);
      const logits = volumeOf(this.#slices(upright, batch), batch);
      return ops.contiguous(ops.movedim(logits, [2], [2 + throughPlane]));
    });
  }

  #slices(input: Tensor, batch: number): Slices {
    const { axes } = this.#options;
    const [layer1, layer2, layer3, layer4] = this.#stages as [Stage, Stage, Stage, Stage];
    const half = this.#stem.forward(input, this.training, (maps, samples) =>
      scope(() => normRelu(this.#norm, [poolThroughPlane(axes, maps, samples, this)])),
    );
    const quarter = this.#pool(half, batch);
    const map1 = layer1.forward(quarter, batch);
    const map2 = layer2.forward(map1, batch);
    const map3 = layer3.forward(map2, batch);
    const deepest = layer4.forward(map3, batch);
    return this.#decode(deepest, [map3, map2, map1, quarter, half], batch);
  }

  /** skips: deepest first. */
  #decode(deepest: Slices, skips: readonly Slices[], batch: number): Slices {
    const [up0, up1, up2, up3] = this.#ups as [UpTransition, UpTransition, UpTransition, UpTransition];
    const steps: ((features: readonly Slices[]) => Slices)[] = [
      (features) => up0.forward(features, batch),
      (features) => up1.forward(features, batch),
      (features) => up2.forward(features, batch),
      (features) => this.#trans.forward(features),
      (features) => up3.forward(features, batch),
    ];
    const features = steps.reduce<readonly Slices[]>(
      (parts, step, i) =>
        scope(() => {
          const sum = this.#plus(step(parts), skips[i]!);
          dispose([parts, skips[i]]);
          return this.#dense[i]!.forward(sum, batch);
        }),
      [deepest],
    );
    return this.#final.forward([...this.#psp.forward(features), ...features], batch);
  }

  /** In place where no gradient needs it otherwise. */
  #plus(map: Slices, skip: Slices): Slices {
    return this.training ? ops.add(map, skip) : ops.add_(map, skip);
  }

  /** Halves all axes: 2 × 2 × 2 maxima, or overlapping 3 × 3 × 3 ones in the interpolating forms. */
  #pool(slices: Slices, batch: number): Slices {
    const { axes, upsampleMode } = this.#options;
    const kernel = upsampleMode === "linear" ? 3 : 2;
    const options = { stride: 2, padding: kernel === 3 ? 1 : 0 };
    if (axes === 2) return ops.maxPool2d(slices, kernel, options);
    return scope(() => slicesOf(ops.maxPool3d(volumeOf(slices, batch), kernel, options)));
  }
}
