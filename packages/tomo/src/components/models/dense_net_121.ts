import { TomoError } from "../../errors/tomo_error.ts";
import { dataFormat, number, string } from "../args.ts";
import type { LabelFormat } from "../contracts.ts";
import { defineModel } from "../define.ts";
import type { NetworkFacts } from "../effects/effect.ts";
import { DenseNet } from "./densenet/densenet.ts";
import { densenetSizeFault } from "./densenet/sizes.ts";
import { kernelPenalty } from "./kernel_penalty.ts";
import { networkOf } from "./network.ts";
import { densenet121Schemes } from "./pretrained/densenet_121.ts";
import { pretrainedLoader } from "./pretrained/load.ts";

export const DenseNet121 = defineModel({
  name: "DenseNet121",
  task: "classification",
  summary: "Densely connected network with 121 weight layers for classification, 2-D or 3-D as the data is.",
  notes: [
    "Outputs are logits, in the order of the datalist's label_format: one for a binary label, k for a label of k classes.",
    "Any spatial size from 29 on; each axis is halved five times.",
    "Topology, tensor names and initialisation are those of MONAI's DenseNet121, whose checkpoints load; so are the batch norm constants (eps 1e-5, momentum 0.1), where Keras has 1.001e-5 and 0.01.",
    "weight_decay adds weight_decay · ½ Σ k² over the kernels k of the 120 convolutions and the classifier to the loss.",
    "Channels-last arrays are taken as they are, without a copy.",
    "pretrain_weight_name: weights of Keras' DenseNet121 (HDF5 of any version, with or without top), of torchvision's or MONAI's, or a Tomo checkpoint; the content says which, not the name. The classifier is loaded where it has as many outputs. A file that does not exist means no pretrained weights, as in Clara, and a note says so. Nothing is downloaded.",
    "An image with another number n of channels than the file's network: its first kernel is summed over its channels and divided by n, which is exact for grey images that were repeated to three channels.",
  ],
  args: {
    weight_decay: number("Factor of the L2 penalty on kernels.").min(0).default(0),
    data_format: dataFormat(),
    pretrain_weight_name: string("File with weights of a DenseNet-121; used if it exists.")
      .nullable()
      .default(null),
    pretrain_weight_url: string("Where Clara would fetch that file; Tomo does not.").nullable().default(null),
  },
  effect: (args) => (data) => ({
    ...denseNetFacts(args, data.spatialDims),
    axes: null,
    outChannels: data.labelFormat && outputsOf(data.labelFormat),
  }),
  build: (args) => (context) => {
    const axes = context.spatialDims === 2 ? 2 : 3;
    const outChannels = outputsOf(context.labelFormat ?? null);
    const module = new DenseNet({ axes, inChannels: context.inChannels, outChannels });
    return networkOf(
      {
        ...denseNetFacts(args, axes),
        module,
        outChannels,
        extraLoss: () => kernelPenalty(module, args.weight_decay),
        loadPretrained: pretrainedLoader(
          args.pretrain_weight_name,
          {
            model: "DenseNet121",
            module,
            schemes: densenet121Schemes,
            rest: "the classifier",
            head: "the classifier",
          },
          context,
        ),
      },
      context,
    );
  },
});

/** What is known of the network without its weights. */
const denseNetFacts = ({ data_format }: { data_format: "channels_first" | "channels_last" }, axes: number) =>
  ({
    finalActivation: "linear",
    dataFormat: data_format,
    checkSize: (spatial, mode) => densenetSizeFault(axes, spatial, mode),
  }) satisfies Partial<NetworkFacts>;

/** One output a binary label, k a label of k classes: the sum of the entries. */
function outputsOf(labelFormat: LabelFormat | null): number {
  if (labelFormat !== null) return labelFormat.reduce((sum, entry) => sum + entry, 0);
  throw new TomoError(
    "TOMO_LABEL_FORMAT",
    "DenseNet121 has as many outputs as label_format says, but there is none",
    {
      where: { configPath: "model" },
      expected: '"label_format": [1, 1, 1] for three binary labels, [3] for one label of three classes',
      hint: "add label_format to the datalist, beside its lists of cases",
    },
  );
}
