import { noGrad } from "../autograd.ts";
import { TorchError } from "../errors.ts";
import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";
import { constant, initialised } from "./init.ts";
import { Layer } from "./module.ts";

/** Normalises [N, C, spatial] and applies a scale and shift for each channel. 16-bit input: statistics in float32. */
export abstract class Norm extends Layer {
  readonly channels: number;
  readonly eps: number;

  constructor(channels: number, eps: number) {
    super();
    this.channels = channels;
    this.eps = eps;
  }

  protected affine(): { weight: Tensor; bias: Tensor } {
    return {
      weight: this.parameter("weight", initialised([this.channels], constant(1))),
      bias: this.parameter("bias", initialised([this.channels], constant(0))),
    };
  }
}

export interface BatchNormOptions {
  readonly eps?: number;
  /** Share of the new batch in the running statistics (TensorFlow's momentum is 1 minus this). */
  readonly momentum?: number;
}

/** Batch statistics in training, running statistics otherwise. Training needs more than one value a channel. */
export class BatchNorm extends Norm {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;
  readonly #batches: Tensor;
  readonly momentum: number;

  constructor(channels: number, options: BatchNormOptions = {}) {
    super(channels, options.eps ?? 1e-5);
    this.momentum = options.momentum ?? 0.1;
    ({ weight: this.weight, bias: this.bias } = this.affine());
    this.runningMean = this.buffer("running_mean", initialised([channels], constant(0)));
    this.runningVar = this.buffer("running_var", initialised([channels], constant(1)));
    this.#batches = this.buffer("num_batches_tracked", ops.zeros([], { dtype: "int64" }));
  }

  /** To be called once for each batch in training: counts it, and refuses one without a spread. */
  countBatch(input: Tensor): void {
    if (!this.training) return;
    const [batch = 1, , ...spatial] = input.shape;
    if (spatial.reduce((total, size) => total * size, batch) < 2)
      throw new TorchError(
        "TORCH_BAD_SHAPE",
        `batch norm needs more than one value a channel in training, got [${input.shape.join(", ")}]`,
      );
    noGrad(() => ops.add_(this.#batches, 1));
  }

  override forward(input: Tensor): Tensor {
    this.countBatch(input);
    const { weight, bias, runningMean, runningVar, training, momentum, eps } = this;
    return ops.batchNorm(input, weight, bias, runningMean, runningVar, training, momentum, eps, true);
  }
}

/** Statistics of each sample over groups of channels. */
export class GroupNorm extends Norm {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly groups: number;

  constructor(groups: number, channels: number, options: { readonly eps?: number } = {}) {
    super(channels, options.eps ?? 1e-5);
    this.groups = groups;
    ({ weight: this.weight, bias: this.bias } = this.affine());
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return ops.groupNorm(input, this.groups, { weight, bias, eps });
  }
}

/** Statistics of each sample and channel. */
export class InstanceNorm extends Norm {
  readonly weight: Tensor | null = null;
  readonly bias: Tensor | null = null;

  constructor(channels: number, options: { readonly eps?: number; readonly affine?: boolean } = {}) {
    super(channels, options.eps ?? 1e-5);
    if (options.affine ?? false) ({ weight: this.weight, bias: this.bias } = this.affine());
  }

  override forward(input: Tensor): Tensor {
    return ops.instanceNorm(input, this.weight, this.bias, null, null, true, 0, this.eps, true);
  }
}
