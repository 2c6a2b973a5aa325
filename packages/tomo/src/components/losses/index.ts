import { BinaryClassificationLoss } from "./binary_classification_loss.ts";
import { Dice } from "./dice.ts";
import { MulticlassClassificationLoss } from "./multiclass_classification_loss.ts";
import { WeightedMulticlassClassificationLoss } from "./weighted_multiclass_classification_loss.ts";

export const losses = [
  Dice,
  BinaryClassificationLoss,
  MulticlassClassificationLoss,
  WeightedMulticlassClassificationLoss,
] as const;
