// An aux-op: numbers made beside the loss in each step, for the log, for TensorBoard and as fields of metrics.
import { ops, scope } from "@tomo/torch";
import { auxOpArgs, auxOpFacts, auxOpParts, defineAuxOp, probability } from "tomo";

export const Foreground = defineAuxOp({
  name: "Foreground",
  summary: "The fraction of voxels that the network takes for foreground.",
  args: { ...auxOpArgs, threshold: probability("Foreground is above it.").default(0.5) },
  effect:
    ({ tag }) =>
    () =>
      auxOpFacts(tag),
  build: (args) => ({
    ...auxOpParts(args),
    compute: (predictions) =>
      scope(() => ({ [args.tag]: ops.mean(ops.toDtype(ops.gt(predictions, args.threshold), "float32")) })),
  }),
});
