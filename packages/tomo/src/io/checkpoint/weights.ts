import { decodeSafetensors, type Module, scope, TorchError } from "@tomo/torch";
import { TomoError } from "../../errors/tomo_error.ts";
import type { CheckpointFiles } from "./read.ts";

/** The network's parameters and buffers, under PyTorch's names. */
export const weightsFile = "model.safetensors";
/** The optimizer's state; only checkpoints that a run could go on from have it. */
export const optimizerFile = "optimizer.safetensors";

/**
 * Copies the weights of a checkpoint into a module. They are float32 whatever the precision of training, so a
 * checkpoint moves freely between runs with and without use_amp.
 * @throws TomoError TOMO_CHECKPOINT_UNFIT
 */
export function loadWeights(module: Module, { folder, files }: CheckpointFiles): void {
  scope(() => {
    try {
      module.loadStateDict(decodeSafetensors(files[weightsFile]!).tensors);
    } catch (cause) {
      if (!(cause instanceof TorchError)) throw cause;
      throw new TomoError("TOMO_CHECKPOINT_UNFIT", `the checkpoint ${folder} does not fit the model`, {
        where: { file: folder },
        given: cause.message.split("\n", 1)[0],
        hint: "use the model arguments that its state.json names",
        cause,
      });
    }
  });
}
