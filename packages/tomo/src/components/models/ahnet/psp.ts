import { convolveTransposed, init, Module, ops, scope, type Tensor, upsampleTo } from "@tomo/torch";
import { type Axes, InPlaneConv, interpolation, type UpsampleMode } from "./layers.ts";
import type { Slices } from "./slices.ts";

/** Pool sizes within the slices, smallest first: 8, 16, 32, 64. */
const poolSize = (index: number): number => 2 ** (index + 3);

/** Transposed convolution of one channel whose stride is its kernel; the padding crops the ring that Psp adds. */
class Enlarge extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly #size: number;

  constructor(axes: Axes, size: number) {
    super();
    this.#size = size;
    const shape = [1, 1, size, size, ...(axes === 3 ? [1] : [])];
    this.weight = this.parameter("weight", init.initialised(shape, init.normal(0, Math.SQRT2 / size)));
    this.bias = this.parameter("bias", init.initialised([1], init.defaultBias(this.weight)));
  }

  forward(slices: Slices): Slices {
    return scope(() => {
      const { weight, bias } = this;
      return convolveTransposed(slices, weight.rank === 5 ? ops.squeezeDim(weight, 4) : weight, {
        bias,
        stride: this.#size,
        padding: this.#size,
      });
    });
  }
}

/** A part without own tensors, for its place in the names. */
class ModuleList<M extends Module> extends Module {
  readonly items: readonly M[];

  constructor(items: readonly M[]) {
    super();
    this.items = items.map((item, i) => this.child(String(i), item));
  }
}

/**
 * Pyramid pooling: within the slices, maxima over squares of 8, 16, 32 and 64, each projected to one channel and
 * enlarged again. The projection pads by a ring that holds only its bias, as MONAI's does.
 */
export class Psp extends Module {
  readonly #enlarge: ModuleList<Enlarge>;
  readonly #project: ModuleList<InPlaneConv>;
  readonly #mode: UpsampleMode;

  constructor(axes: Axes, pools: number, channels: number, mode: UpsampleMode) {
    super();
    this.#mode = mode;
    const each = Array.from({ length: pools }, (_, i) => i);
    const trained = mode === "transpose" ? each : [];
    this.#enlarge = this.child(
      "up_modules",
      new ModuleList(trained.map((i) => new Enlarge(axes, poolSize(i)))),
    );
    this.#project = this.child(
      "project_modules",
      new ModuleList(each.map(() => new InPlaneConv(axes, channels, 1, { padding: 1, bias: true }))),
    );
  }

  /** features: parts side by side on the channel axis. Returns one map of one channel for each pool. */
  forward(features: readonly Slices[]): Slices[] {
    if (this.#project.items.length === 0) return [];
    return scope(() => {
      const joined = ops.cat(features, { dim: 1 });
      return this.#project.items.map((project, i) => {
        const small = project.forward(ops.maxPool2d(joined, poolSize(i)));
        const enlarge = this.#enlarge.items[i];
        return enlarge?.forward(small) ?? upsampleTo(small, joined.shape.slice(2), interpolation(this.#mode));
      });
    });
  }
}
