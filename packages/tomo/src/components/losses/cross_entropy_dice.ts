import { ops, scope } from "@tomo/torch";
import { boolean, dataFormat } from "../args.ts";
import { defineLoss } from "../define.ts";
import { mapLossEffect } from "../effects/loss_effects.ts";
import { onehotTargets } from "./compared.ts";
import { CrossEntropy } from "./cross_entropy.ts";
import { Dice } from "./dice.ts";

export const CrossEntropyDice = defineLoss({
  name: "CrossEntropyDice",
  task: "segmentation",
  summary: "The sum of CrossEntropy and Dice.",
  notes: [
    "Clara never published its arguments; these are those that both share, and squared_pred of Dice. MONAI's DiceCELoss is the same sum.",
    "Where Dice alone can stay for long with one class in the background's place, the cross-entropy leads out.",
  ],
  args: {
    data_format: dataFormat(),
    skip_background: boolean(
      "Leave channel 0 out of Dice, not of CrossEntropy; an error with one output channel.",
    ).default(false),
    squared_pred: boolean("Σt² + Σp² in the denominator of Dice instead of Σt + Σp.").default(false),
    is_onehot_targets: onehotTargets(),
  },
  effect: (args) => mapLossEffect("CrossEntropyDice", args),
  build: ({ skip_background, squared_pred, ...shared }) => {
    const dice = Dice.build(Dice.args.parse({ ...shared, skip_background, squared_pred }));
    const entropy = CrossEntropy.build(CrossEntropy.args.parse(shared));
    return (predictions, targets, task) =>
      scope(() => ops.add(entropy(predictions, targets, task), dice(predictions, targets, task)));
  },
});
