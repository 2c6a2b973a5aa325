import { join } from "node:path";
import { z } from "zod";
import { readCheckpointFiles } from "../../io/checkpoint/read.ts";
import { loadWeights, weightsFile } from "../../io/checkpoint/weights.ts";
import { boolean, string } from "../args.ts";
import { defineModelLoader } from "../define.ts";

export const CheckpointLoader = defineModelLoader({
  name: "CheckpointLoader",
  summary: "Loads the model and the weights of a checkpoint that training wrote.",
  notes: [
    "The checkpoint knows its model, so the config need not name it.",
    "Names that training writes: model.ckpt (best), model_final.ckpt (last epoch), model_last.ckpt (interrupted).",
    "A damaged checkpoint is passed over for the generation before it, with a warning.",
    "input_node_names and output_node_names belong to TensorFlow graphs; they are accepted and not used.",
  ],
  args: {
    checkpoint_dir: string("Folder of the checkpoint; MMAR_CKPT_DIR in most configs.").min(1),
    checkpoint_file_prefix: string("Name of the checkpoint in that folder.").min(1).default("model.ckpt"),
    input_node_names: nodeNames(),
    output_node_names: nodeNames(),
    infer_in_training_mode: boolean("Use batch statistics and dropout as in training.").default(false),
  },
  build:
    ({ checkpoint_dir, checkpoint_file_prefix, infer_in_training_mode: trainingMode }) =>
    async ({ buildNetwork, precision, warn }) => {
      const read = readCheckpointFiles(join(checkpoint_dir, checkpoint_file_prefix), [weightsFile], warn);
      const { model, network: context, trainingSize, progress, keyMetric } = read.state;
      const network = await buildNetwork(withoutPretrained(model), { ...context, precision });
      loadWeights(network.module, read);
      const best = keyMetric?.best;
      const value =
        best == null ? "" : `, best ${keyMetric!.name} ${best.value.toFixed(4)} at epoch ${best.epoch}`;
      return {
        network,
        inChannels: context.inChannels,
        spatialDims: context.spatialDims,
        labelFormat: context.labelFormat ?? null,
        trainingSize,
        trainingMode,
        name: model.name,
        source: read.folder,
        description: `${model.name} from ${read.folder} (epoch ${progress.epoch}${value})`,
      };
    },
});

/** All weights come from the checkpoint, so a file of pretrained ones that is gone, or is there, does not matter. */
const withoutPretrained = <M extends { readonly args: Readonly<Record<string, unknown>> }>(model: M): M => ({
  ...model,
  args: Object.fromEntries(
    Object.entries(model.args).filter(([name]) => !name.startsWith("pretrain_weight")),
  ),
});

function nodeNames() {
  return z
    .union([z.string(), z.array(z.string())])
    .nullable()
    .default(null)
    .describe("Nodes of a TensorFlow graph; not used.");
}
