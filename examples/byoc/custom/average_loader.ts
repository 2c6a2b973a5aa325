// A model loader: builds a network and gives it weights. This one averages the weights of several checkpoints of one
// run, which often does better than the best of them. `buildNetwork` finds the model of a checkpoint, be it a built-in
// one or a file of yours.
import { join } from "node:path";
import { decodeSafetensors, ops, scope } from "@tomo/torch";
import { defineModelLoader, readCheckpoint, string } from "tomo";
import { z } from "zod";

export const AverageLoader = defineModelLoader({
  name: "AverageLoader",
  summary: "Loads the mean of the weights of several checkpoints of one run.",
  args: {
    checkpoint_dir: string("Folder of the checkpoints.").min(1),
    checkpoints: z
      .array(z.string().min(1))
      .min(1)
      .default(["model.ckpt", "model_final.ckpt"])
      .describe("Their names; the model is that of the first."),
  },
  build:
    ({ checkpoint_dir, checkpoints }) =>
    async ({ buildNetwork, precision, warn }) => {
      const file = "model.safetensors";
      // compared with its hash; a damaged checkpoint is passed over for the one before it
      const read = checkpoints.map((name) => readCheckpoint(join(checkpoint_dir, name), [file], warn));
      const { model, network: context, trainingSize } = read[0]!.state;
      const network = await buildNetwork(model, { ...context, precision });
      scope(() => {
        const states = read.map(({ files }) => decodeSafetensors(files[file]!).tensors);
        const mean = (name: string) =>
          ops.meanDim(ops.stack(states.map((state) => ops.toDtype(state[name]!, "float64"))), [0]);
        const names = Object.keys(network.module.stateDict());
        network.module.loadStateDict(Object.fromEntries(names.map((name) => [name, mean(name)])));
      });
      return {
        network,
        inChannels: context.inChannels,
        spatialDims: context.spatialDims,
        labelFormat: context.labelFormat ?? null,
        trainingSize,
        trainingMode: false,
        name: model.name,
        source: checkpoint_dir,
        description: `${model.name}, the mean of ${checkpoints.join(" and ")} in ${checkpoint_dir}`,
      };
    },
});
