import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { defaultBias, defaultWeight, type Initialiser, initialised } from "./init.ts";
import { matching } from "./matching.ts";
import { Layer } from "./module.ts";

/** [..., in] to [..., out]. Weight [out, in]. */
export class Linear extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | null;

  constructor(
    inFeatures: number,
    outFeatures: number,
    options: { readonly bias?: boolean; readonly initWeight?: Initialiser } = {},
  ) {
    super();
    this.weight = this.parameter(
      "weight",
      initialised([outFeatures, inFeatures], options.initWeight ?? defaultWeight),
    );
    const biased = options.bias ?? true;
    this.bias = biased ? this.parameter("bias", initialised([outFeatures], defaultBias(this.weight))) : null;
  }

  override forward(input: Tensor): Tensor {
    return scope(() => ops.linear(input, matching(this.weight, input), { bias: matching(this.bias, input) }));
  }
}
