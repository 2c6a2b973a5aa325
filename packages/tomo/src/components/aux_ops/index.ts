import { ComputeAccuracy } from "./compute_accuracy.ts";
import { ComputeBinaryPreds } from "./compute_binary_preds.ts";
import { ComputeMulticlassAccuracy } from "./compute_multiclass_accuracy.ts";
import { ComputeMulticlassPreds } from "./compute_multiclass_preds.ts";

export const auxOps = [
  ComputeAccuracy,
  ComputeBinaryPreds,
  ComputeMulticlassAccuracy,
  ComputeMulticlassPreds,
] as const;
