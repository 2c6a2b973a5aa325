import { z } from "zod";
import { boolean, dataFormat, integerList, number, probability } from "../args.ts";
import type { SizeFault } from "../contracts.ts";
import { type ArgFault, defineModel } from "../define.ts";
import type { NetworkFacts } from "../effects/effect.ts";
import { kernelPenalty } from "./kernel_penalty.ts";
import { activationFault, finalActivation, modelDtype, numClasses } from "./model_args.ts";
import { networkOf } from "./network.ts";
import { SegResnetModule } from "./seg_resnet/seg_resnet.ts";

export const SegResnet = defineModel({
  name: "SegResnet",
  task: "segmentation",
  summary: "Residual encoder-decoder of the BraTS 2018 winner for segmentation, 2-D or 3-D as the data is.",
  notes: [
    "Spatial sizes are multiples of 2^(levels - 1): of 8 with the default blocks_down.",
    "Topology, tensor names and initialisation are those of MONAI's SegResNet, whose checkpoints load.",
    "reg_weight adds reg_weight · ½ Σ k² over all convolution kernels k to the loss.",
    "dropout_prob drops whole channels of the first convolution's output, as MONAI does.",
    "use_batch_norm goes before use_group_norm; with both false there is no normalisation.",
  ],
  args: {
    num_classes: numClasses(),
    blocks_down: integerList('Residual blocks of each level on the way down: "1,2,2,4".').default([
      1, 2, 2, 4,
    ]),
    blocks_up: integerList('Residual blocks of each level on the way up, one entry fewer: "1,1,1".').default([
      1, 1, 1,
    ]),
    init_filters: z
      .int()
      .positive()
      .default(8)
      .describe("Channels at full resolution; each level doubles them."),
    use_batch_norm: boolean("Batch normalisation.").default(false),
    use_group_norm: boolean("Group normalisation.").default(true),
    use_group_normG: z.int().positive().default(8).describe("Number of groups; divides init_filters."),
    reg_weight: number("Factor of the L2 penalty on convolution kernels.").default(0),
    dropout_prob: probability("Probability of dropping a channel after the first convolution.").default(0),
    final_activation: finalActivation(),
    use_vae: boolean("Autoencoder branch that regularises the encoder; not available yet.").default(false),
    dtype: modelDtype(),
    data_format: dataFormat(),
  },
  check: (args) => [...activationFault(args), ...shapeFaults(args)],
  effect: (args) => () => ({ ...segResnetFacts(args), axes: null }),
  build: (args) => (context) => {
    const batchNorm = args.use_batch_norm;
    const module = new SegResnetModule({
      axes: context.spatialDims === 2 ? 2 : 3,
      inChannels: context.inChannels,
      outChannels: args.num_classes,
      filters: args.init_filters,
      blocksDown: args.blocks_down,
      blocksUp: args.blocks_up,
      norm: batchNorm ? "batch" : args.use_group_norm ? { groups: args.use_group_normG } : null,
      dropout: args.dropout_prob,
    });
    const facts = segResnetFacts(args);
    return networkOf({ ...facts, module, extraLoss: () => kernelPenalty(module, args.reg_weight) }, context);
  },
});

/** What is known of the network without its weights. */
function segResnetFacts(args: {
  readonly num_classes: number;
  readonly final_activation: "softmax" | "sigmoid" | "linear";
  readonly data_format: "channels_first" | "channels_last";
  readonly blocks_down: readonly number[];
  readonly use_batch_norm: boolean;
}) {
  const divisor = 2 ** (args.blocks_down.length - 1);
  return {
    outChannels: args.num_classes,
    finalActivation: args.final_activation,
    dataFormat: args.data_format,
    checkSize: (spatial, { training, batch }) =>
      divisorFault(spatial, divisor) ??
      (args.use_batch_norm && training ? singleVoxelFault(spatial, divisor, batch) : null),
  } satisfies Partial<NetworkFacts>;
}

function shapeFaults(args: {
  readonly blocks_down: readonly number[];
  readonly blocks_up: readonly number[];
  readonly init_filters: number;
  readonly use_batch_norm: boolean;
  readonly use_group_norm: boolean;
  readonly use_group_normG: number;
  readonly use_vae: boolean;
}): readonly ArgFault[] {
  const faults: ArgFault[] = [];
  if (args.use_vae)
    faults.push({
      argument: "use_vae",
      message: "the autoencoder branch is not available yet",
      expected: "false",
    });
  if (args.blocks_up.length !== args.blocks_down.length - 1)
    faults.push({
      argument: "blocks_up",
      message: `blocks_up has ${args.blocks_up.length} entries, blocks_down ${args.blocks_down.length}`,
      expected: "one entry fewer than blocks_down",
    });
  const grouped = args.use_group_norm && !args.use_batch_norm;
  if (grouped && args.init_filters % args.use_group_normG !== 0)
    faults.push({
      argument: "init_filters",
      message: `${args.init_filters} channels cannot be split into ${args.use_group_normG} groups`,
      expected: `a multiple of use_group_normG (${args.use_group_normG})`,
    });
  return faults;
}

function divisorFault(spatial: readonly number[], divisor: number): SizeFault | null {
  const nearest = spatial.map((size) => Math.max(Math.round(size / divisor), 1) * divisor);
  const bad = spatial.findIndex((size, axis) => size !== nearest[axis]);
  if (bad < 0) return null;
  return { reason: `axis ${bad} is ${spatial[bad]}, SegResnet needs a multiple of ${divisor}`, nearest };
}

function singleVoxelFault(spatial: readonly number[], divisor: number, batch: number): SizeFault | null {
  const deepest = spatial.reduce((voxels, size) => (voxels * size) / divisor, batch);
  if (deepest >= 2) return null;
  return {
    reason: `[${spatial.join(", ")}] leaves one voxel at the deepest level, batch norm needs two in training`,
    nearest: [2 * spatial[0]!, ...spatial.slice(1)],
  };
}
