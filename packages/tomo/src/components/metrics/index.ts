import { ComputeAUC } from "./compute_auc.ts";
import { ComputeAverage } from "./compute_average.ts";
import { ComputeAverageDice } from "./compute_average_dice.ts";
import { ComputeMulticlassAverage } from "./compute_multiclass_average.ts";

export const metrics = [ComputeAverage, ComputeAverageDice, ComputeAUC, ComputeMulticlassAverage] as const;
