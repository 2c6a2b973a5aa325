import { ops, scope, sigmoid } from "@tomo/torch";
import { boolean } from "../args.ts";
import { defineAuxOp } from "../define.ts";
import { entriesFor } from "../effects/loss_effects.ts";
import { binaryColumns } from "../label_columns.ts";
import { batchArgs, batchFacts, batchParts } from "./common.ts";

const asking = { name: "ComputeAccuracy", otherwise: "ComputeMulticlassAccuracy" };

export const ComputeAccuracy = defineAuxOp({
  name: "ComputeAccuracy",
  task: "classification",
  summary: "Fraction of binary labels that the prediction agrees with, over a batch.",
  notes: [
    "A label counts as predicted when its output is greater than 0.5; the mean runs over batch and binary labels.",
    "DenseNet121 gives logits: set use_sigmoid, else 0.5 is compared with a logit, which is a probability of 0.62.",
    "Only the entries of label_format that are 1 count; ComputeMulticlassAccuracy has the others.",
    "ComputeAverage over it is the mean of the batch values, so a smaller last batch weighs as much as a full one.",
  ],
  args: {
    ...batchArgs,
    use_sigmoid: boolean("The outputs are logits: apply the sigmoid first.").default(false),
  },
  effect:
    ({ tag, use_sigmoid }) =>
    ({ network }, context) => {
      entriesFor("binary", asking, context);
      if (network?.finalActivation === "linear" && !use_sigmoid)
        context.warn({
          code: "TOMO_ODD_VALUES",
          message: "ComputeAccuracy compares logits with 0.5, since the model's output is linear",
          argument: ["use_sigmoid"],
          hint: 'set "use_sigmoid": true',
        });
      else if (network !== null && network.finalActivation !== "linear" && use_sigmoid)
        context.error({
          code: "TOMO_VALUE_KIND",
          message: `the output is activated twice: final_activation ${network.finalActivation} of the model, and use_sigmoid`,
          argument: ["use_sigmoid"],
          expected: "false, or a model with a linear output",
        });
      return batchFacts(tag);
    },
  build: (args) => ({
    ...batchParts(args),
    compute: (predictions, targets, task) =>
      scope(() => {
        const columns = binaryColumns(predictions, targets, task, asking);
        const probabilities = args.use_sigmoid ? sigmoid(columns.predictions) : columns.predictions;
        const hits = ops.eq(ops.gt(probabilities, 0.5), ops.gt(columns.labels, 0.5));
        return { [args.tag]: ops.mean(ops.toDtype(hits, "float32")) };
      }),
  }),
});
