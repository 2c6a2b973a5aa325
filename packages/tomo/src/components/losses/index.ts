import { BinaryClassificationLoss } from "./binary_classification_loss.ts";
import { CrossEntropy } from "./cross_entropy.ts";
import { CrossEntropyDice } from "./cross_entropy_dice.ts";
import { Dice } from "./dice.ts";
import { MulticlassClassificationLoss } from "./multiclass_classification_loss.ts";
import { WeightedMulticlassClassificationLoss } from "./weighted_multiclass_classification_loss.ts";

export const losses = [
  Dice,
  CrossEntropy,
  CrossEntropyDice,
  BinaryClassificationLoss,
  MulticlassClassificationLoss,
  WeightedMulticlassClassificationLoss,
] as const;
