import { z } from "zod";
import { TomoError } from "../../errors/tomo_error.ts";
import { boolean, string } from "../args.ts";
import { defineModelLoader } from "../define.ts";

const instead =
  'run with -c config/config_validation_ckpt.json, or write "model_loader": {"name": "CheckpointLoader", "args": {"checkpoint_dir": "{MMAR_CKPT_DIR}"}}';

export const FrozenGraphModelLoader = defineModelLoader({
  name: "FrozenGraphModelLoader",
  summary: "Loads a frozen TensorFlow graph (model.fzn.pb, model.trt.pb); not runnable yet.",
  notes: [
    "Configs with this loader are checked in full, but the run ends with a message: use a config with CheckpointLoader, such as config/config_validation_ckpt.json.",
  ],
  notYet: { what: "cannot run yet: frozen TensorFlow graphs are not read", instead },
  args: {
    model_file_path: string("The frozen graph.").min(1),
    input_node_names: nodeNames("NV_MODEL_INPUT"),
    output_node_names: nodeNames("NV_MODEL_OUTPUT"),
    infer_in_training_mode: boolean("Use batch statistics and dropout as in training.").default(false),
  },
  build:
    ({ model_file_path }) =>
    () => {
      throw new TomoError(
        "TOMO_NOT_YET",
        "frozen graphs cannot be run yet; the form becomes runnable with a later release",
        {
          given: model_file_path,
          expected: "a config whose model_loader is CheckpointLoader",
          hint: instead,
        },
      );
    },
});

function nodeNames(fallback: string) {
  return z
    .union([z.string(), z.array(z.string())])
    .nullable()
    .default(null)
    .describe(`Nodes of the graph; ${fallback} when left out.`);
}
