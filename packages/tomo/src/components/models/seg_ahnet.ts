import { z } from "zod";
import { boolean, dataFormat, string } from "../args.ts";
import { defineModel } from "../define.ts";
import type { NetworkFacts } from "../effects/effect.ts";
import { Ahnet } from "./ahnet/ahnet.ts";
import { ahnetSizeFault } from "./ahnet/sizes.ts";
import { activationFault, dimensionFault, finalActivation, modelDtype, numClasses } from "./model_args.ts";
import { networkOf } from "./network.ts";
import { pretrainedLoader } from "./pretrained/load.ts";
import { ahnetSchemes } from "./pretrained/resnet_50.ts";

export const SegAhnet = defineModel({
  name: "SegAhnet",
  task: "segmentation",
  summary:
    "Anisotropic hybrid network for segmentation: a ResNet-50 within slices, small kernels across them.",
  notes: [
    "Spatial sizes are multiples of 32; with if_use_psp, within the slices multiples of 128 (upsample_mode linear or nearest: multiples of 32, at least 128).",
    "Clara's source is not public: the topology, batch norm constants (eps 1e-5, momentum 0.1) and tensor names are those of MONAI's AHNet, whose 3-D checkpoints load.",
    "2-D networks (n_spatial_dim 2) have the natural kernels 7×7, 3×3 and 1×1; MONAI's 2-D AHNet has others.",
    "Weights do not depend on plane: the network is the one of plane z, applied to the volume with that axis last.",
    "pretrain_weight_name: a ResNet-50 of Keras (HDF5, both name schemes) or torchvision for the encoder, or all weights of a MONAI AHNet or a Tomo checkpoint; the content says which, not the name. A file that does not exist means no pretrained weights, as in Clara, and a note says so. Nothing is downloaded.",
    "Kernels of a 2-D ResNet look within slices, and the three channels of its first kernel at three neighbouring slices, divided by the number of image channels. Conversions of batch norms and biases are exact in evaluation. Keras' ResNet-50 has its strides in the first convolution of a block, AHNet in the second, so maps differ by that.",
  ],
  args: {
    num_classes: numClasses(),
    if_use_psp: boolean("Pyramid pooling (8, 16, 32, 64 at half resolution) before the last layer.").default(
      false,
    ),
    plane: z
      .enum(["x", "y", "z"])
      .default("z")
      .describe("Axis across the slices: first, second or third of the array. 3-D only."),
    pretrain_weight_name: string("File with weights of a ResNet-50 for the encoder; used if it exists.")
      .nullable()
      .default(null),
    pretrain_weight_url: string("Where Clara would fetch that file; Tomo does not.").nullable().default(null),
    final_activation: finalActivation(),
    dtype: modelDtype(),
    data_format: dataFormat(),
    n_spatial_dim: z
      .union([z.literal(2), z.literal(3)])
      .default(2)
      .describe("Spatial axes of the data."),
    upsample_mode: z
      .enum(["transpose", "linear", "nearest"])
      .default("transpose")
      .describe(
        "How the decoder doubles its maps: trained, or interpolated (corners aligned). Not in Clara.",
      ),
  },
  check: activationFault,
  effect: (args) => () => ({ ...ahnetFacts(args), axes: args.n_spatial_dim }),
  build: (args) => (context) => {
    dimensionFault("SegAhnet", args.n_spatial_dim, context.spatialDims, 'set "n_spatial_dim" in model.args');
    const module = new Ahnet({
      ...shapeOptions(args),
      inChannels: context.inChannels,
      outChannels: args.num_classes,
    });
    return networkOf(
      {
        ...ahnetFacts(args),
        module,
        loadPretrained: pretrainedLoader(
          args.pretrain_weight_name,
          { model: "SegAhnet", module, schemes: ahnetSchemes, rest: "the decoder", head: "the last layer" },
          context,
        ),
      },
      context,
    );
  },
});

interface AhnetArgs {
  readonly num_classes: number;
  readonly if_use_psp: boolean;
  readonly plane: "x" | "y" | "z";
  readonly final_activation: "softmax" | "sigmoid" | "linear";
  readonly data_format: "channels_first" | "channels_last";
  readonly n_spatial_dim: 2 | 3;
  readonly upsample_mode: "transpose" | "linear" | "nearest";
}

const shapeOptions = (args: AhnetArgs) => ({
  axes: args.n_spatial_dim,
  pspPools: args.if_use_psp ? 4 : 0,
  upsampleMode: args.upsample_mode,
  throughPlane: { x: 0, y: 1, z: 2 }[args.plane],
});

/** What is known of the network without its weights. */
const ahnetFacts = (args: AhnetArgs) =>
  ({
    outChannels: args.num_classes,
    finalActivation: args.final_activation,
    dataFormat: args.data_format,
    checkSize: (spatial, mode) => ahnetSizeFault(shapeOptions(args), spatial, mode),
  }) satisfies Partial<NetworkFacts>;
