import { ops, scope, type Tensor, tensor } from "@tomo/torch";
import { z } from "zod";
import { TomoError } from "../../errors/tomo_error.ts";
import { defineLoss } from "../define.ts";
import { entriesFor, requireLogits } from "../effects/loss_effects.ts";
import { type ClassGroup, classGroups } from "../label_columns.ts";

const asking = { name: "WeightedMulticlassClassificationLoss", otherwise: "BinaryClassificationLoss" };

export const WeightedMulticlassClassificationLoss = defineLoss({
  name: "WeightedMulticlassClassificationLoss",
  task: "classification",
  summary: "Softmax cross-entropy of logits, weighted by the class of the label.",
  notes: [
    "Normalised as TensorFlow does: the sum of weight · cross-entropy over batch and labels, divided by the number of labels whose weight is not 0. So weights scale the loss: twice the weights, twice the loss. PyTorch divides by the sum of the weights instead.",
    "class_weights has one weight a class. With several k-class labels: one list for all when each has as many classes, else one weight an output of the k-class labels, in the order of label_format.",
    "Without class_weights it is MulticlassClassificationLoss; a batch of labels with weight 0 has the loss 0.",
    "Only the entries k > 1 of label_format count. In a mixed format the outputs of binary labels get no gradient from it; without an entry k > 1 it is an error.",
  ],
  args: {
    class_weights: z
      .array(z.number().min(0))
      .min(2)
      .nullable()
      .default(null)
      .describe("Weight of each class; null = all 1."),
  },
  check: ({ class_weights: weights }) =>
    weights === null || weights.some((weight) => weight > 0)
      ? []
      : [
          {
            argument: "class_weights",
            message: "no class has a weight above 0",
            expected: "one weight above 0 at least",
          },
        ],
  effect:
    ({ class_weights }) =>
    (stage, context) => {
      requireLogits(asking.name, stage, context);
      const sizes = entriesFor("multiclass", asking, context)?.map(({ classes }) => classes) ?? [];
      if (class_weights === null || sizes.length === 0) return;
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const given = class_weights.length;
      if (given !== total && !sizes.every((size) => size === given))
        context.error({
          code: "TOMO_BAD_VALUE",
          message: `class_weights has ${given} weights, the k-class labels have ${sizes.join(" + ")} classes`,
          argument: ["class_weights"],
          expected: `${total} weights, one a class`,
        });
    },
  build:
    ({ class_weights }) =>
    (predictions, targets, task) =>
      scope(() => {
        const groups = classGroups(predictions, targets, task, asking);
        const weights = weightsByGroup(class_weights, groups);
        const parts = groups.map((group, n) => weightedLoss(group, weights[n]!));
        const total = ops.sum(ops.cat(parts.map(({ losses }) => losses)));
        const counted = ops.countNonzero(ops.cat(parts.map(({ weights }) => weights)));
        return ops.div(total, ops.clampMin(counted, 1));
      }),
});

/** One list a group. @throws TomoError TOMO_BAD_VALUE for a number of weights that fits no reading */
function weightsByGroup(
  given: readonly number[] | null,
  groups: readonly ClassGroup[],
): readonly (readonly number[])[] {
  const sizes = groups.map(({ entry }) => entry.classes);
  if (given === null) return sizes.map((size) => new Array<number>(size).fill(1));
  if (sizes.every((size) => size === given.length)) return groups.map(() => given);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (given.length === total) {
    let rest = given;
    return sizes.map((size) => {
      const own = rest.slice(0, size);
      rest = rest.slice(size);
      return own;
    });
  }
  const alike = sizes.every((size) => size === sizes[0]);
  throw new TomoError("TOMO_BAD_VALUE", `class_weights has ${given.length} weights`, {
    where: { configPath: "train.loss.args.class_weights" },
    given: `[${given.join(", ")}]`,
    expected: `${alike && total !== sizes[0] ? `${sizes[0]} or ` : ""}${total} weights, the k-class labels have ${sizes.join(" + ")} classes`,
  });
}

/** Weighted cross-entropy and weight of each case of a group, [N] both. */
function weightedLoss(
  { predictions, labels }: ClassGroup,
  weights: readonly number[],
): { losses: Tensor; weights: Tensor } {
  const table = ops.to(tensor(Float64Array.from(weights)), {
    dtype: predictions.dtype,
    device: predictions.device,
  });
  const own = ops.indexSelect(table, 0, labels);
  const none = 0;
  return {
    losses: ops.mul(ops.crossEntropyLoss(predictions, labels, { reduction: none }), own),
    weights: own,
  };
}
