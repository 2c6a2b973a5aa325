// A model. A module registers its parts under names, which become the names of the weights in checkpoints; networkOf
// adds layout, precision and the final activation. A checkpoint knows this file, and validation loads it again.
import { Conv, Layer, relu, type Tensor } from "@tomo/torch";
import { defineModel, integer, type NetworkContext, networkOf } from "tomo";

class TinyModule extends Layer {
  readonly #first: Conv;
  readonly #last: Conv;

  constructor({ spatialDims, inChannels }: NetworkContext, filters: number) {
    super();
    const axes = spatialDims === 2 ? 2 : 3;
    this.#first = this.child("first", new Conv(axes, inChannels, filters, 3, { padding: 1 }));
    this.#last = this.child("last", new Conv(axes, filters, 1, 1));
  }

  override forward(input: Tensor): Tensor {
    return this.#last.forward(relu(this.#first.forward(input)));
  }
}

const facts = {
  outChannels: 1,
  finalActivation: "sigmoid",
  dataFormat: "channels_first",
  checkSize: () => null,
} as const;

export const TinyNet = defineModel({
  name: "TinyNet",
  task: "segmentation",
  summary: "Two convolutions with one output channel.",
  args: { filters: integer("Channels between the two.").positive().default(8) },
  effect: () => () => ({ ...facts, axes: null }),
  build: (args) => (context) =>
    networkOf({ ...facts, module: new TinyModule(context, args.filters) }, context),
});
