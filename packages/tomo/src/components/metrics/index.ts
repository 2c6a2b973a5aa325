import { ComputeAverage } from "./compute_average.ts";
import { ComputeAverageDice } from "./compute_average_dice.ts";

export const metrics = [ComputeAverage, ComputeAverageDice] as const;
