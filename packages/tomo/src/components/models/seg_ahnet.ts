import { existsSync } from "node:fs";
import { z } from "zod";
import { TomoError } from "../../errors/tomo_error.ts";
import { boolean, dataFormat, string } from "../args.ts";
import type { NetworkContext } from "../contracts.ts";
import { defineModel } from "../define.ts";
import { Ahnet } from "./ahnet/ahnet.ts";
import { ahnetSizeFault } from "./ahnet/sizes.ts";
import { activationFault, dimensionFault, finalActivation, modelDtype, numClasses } from "./model_args.ts";
import { networkOf } from "./network.ts";

export const SegAhnet = defineModel({
  name: "SegAhnet",
  summary:
    "Anisotropic hybrid network for segmentation: a ResNet-50 within slices, small kernels across them.",
  notes: [
    "Spatial sizes are multiples of 32; with if_use_psp, within the slices multiples of 128 (upsample_mode linear or nearest: multiples of 32, at least 128).",
    "Clara's source is not public: the topology, batch norm constants (eps 1e-5, momentum 0.1) and tensor names are those of MONAI's AHNet, whose 3-D checkpoints load.",
    "2-D networks (n_spatial_dim 2) have the natural kernels 7×7, 3×3 and 1×1; MONAI's 2-D AHNet has others.",
    "Weights do not depend on plane: the network is the one of plane z, applied to the volume with that axis last.",
    "pretrain_weight_name: a file that does not exist means no pretrained weights, as in Clara, and a note says so. Nothing is downloaded.",
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
    pretrain_weight_name: string("Keras HDF5 file of a ResNet-50 for the encoder; used if it exists.")
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
  build: (args) => (context) => {
    dimensionFault("SegAhnet", args.n_spatial_dim, context.spatialDims, 'set "n_spatial_dim" in model.args');
    notePretrained(args.pretrain_weight_name, context);
    const options = {
      axes: args.n_spatial_dim,
      inChannels: context.inChannels,
      outChannels: args.num_classes,
      pspPools: args.if_use_psp ? 4 : 0,
      upsampleMode: args.upsample_mode,
      throughPlane: { x: 0, y: 1, z: 2 }[args.plane],
    };
    return networkOf(
      {
        module: new Ahnet(options),
        outChannels: args.num_classes,
        finalActivation: args.final_activation,
        dataFormat: args.data_format,
        checkSize: (spatial, mode) => ahnetSizeFault(options, spatial, mode),
      },
      context,
    );
  },
});

function notePretrained(file: string | null, context: NetworkContext): void {
  if (file === null || file === "") return;
  if (!existsSync(file)) {
    context.note?.(`no pretrained weights: ${file} does not exist; the encoder starts from random weights`);
    return;
  }
  throw new TomoError("TOMO_NOT_YET", "pretrained Keras files come with a later version", {
    where: { file, configPath: "model.args.pretrain_weight_name" },
    hint: 'remove "pretrain_weight_name", or start from a checkpoint with MMAR_CKPT',
  });
}
