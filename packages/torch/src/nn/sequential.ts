import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { Layer } from "./module.ts";

/** Layers one after the other, named "0", "1", ... or by the keys given. */
export class Sequential extends Layer {
  readonly #layers: Layer[];

  constructor(layers: readonly Layer[] | Readonly<Record<string, Layer>>) {
    super();
    this.#layers = Object.entries(layers).map(([name, layer]) => this.child(name, layer as Layer));
  }

  override forward(input: Tensor): Tensor {
    return scope(() => this.#layers.reduce((value, layer) => layer.forward(value), input));
  }
}
