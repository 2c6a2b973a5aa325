import * as ops from "../ops.generated.ts";
import type { Tensor } from "../tensor.ts";
import { Layer } from "./module.ts";

/** Sets values, or with `channels` whole channels, to zero with the given probability; the rest grows by 1 / (1 − p). */
export class Dropout extends Layer {
  readonly probability: number;
  readonly channels: boolean;

  constructor(probability: number, options: { readonly channels?: boolean } = {}) {
    super();
    this.probability = probability;
    this.channels = options.channels ?? false;
  }

  override forward(input: Tensor): Tensor {
    if (!this.training || this.probability === 0) return input;
    return (this.channels ? ops.featureDropout : ops.dropout)(input, this.probability, true);
  }
}
