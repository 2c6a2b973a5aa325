import { ops, scope, type Tensor, widened } from "@tomo/torch";
import { TomoError } from "../../errors/tomo_error.ts";
import { boolean } from "../args.ts";

/** Of all losses on class maps. */
export const targetNote =
  "It takes the network's output after its final activation. A label of class indices is made one-hot; with one output channel the label is taken as it is.";
export const onehotTargets = () =>
  boolean("The label has one channel for each class instead of class indices.").default(false);

/** Predictions and targets of one shape [N, C, spatial], channels first, in float32 at least. */
export interface Compared {
  readonly predictions: Tensor;
  readonly targets: Tensor;
}

export interface TargetOptions {
  readonly data_format: "channels_first" | "channels_last";
  readonly skip_background: boolean;
  readonly is_onehot_targets: boolean;
}

/**
 * Brings predictions and targets to one form, as all losses on class maps need it. Targets are class indices [N, 1,
 * spatial], or one channel a class; a single predicted channel is compared with a target of one channel as it is.
 */
export function compared(predictions: Tensor, targets: Tensor, options: TargetOptions): Compared {
  const first = (tensor: Tensor): Tensor =>
    widened(options.data_format === "channels_last" ? ops.movedim(tensor, [-1], [1]) : tensor);
  const all = first(predictions);
  const classes = all.shape[1]!;
  const given = first(targets);
  const wanted = options.is_onehot_targets || classes === 1 ? classes : 1;
  expectShape(given, [all.shape[0]!, wanted, ...all.shape.slice(2)], all);
  const perClass = wanted === classes ? ops.to(given, { dtype: all.dtype }) : oneHot(given, classes, all);
  if (!options.skip_background) return { predictions: all, targets: perClass };
  if (classes === 1)
    throw new TomoError("TOMO_BAD_VALUE", "skip_background leaves nothing of a prediction of one channel", {
      where: { configPath: "train.loss.args.skip_background" },
      given: "true",
      expected: "false, or a network with two classes or more",
    });
  const foreground = { dim: 1, start: 1 };
  return { predictions: ops.slice(all, foreground), targets: ops.slice(perClass, foreground) };
}

/** Class indices [N, 1, spatial] to [N, C, spatial] of 0 and 1. */
function oneHot(labels: Tensor, classes: number, like: Tensor): Tensor {
  const { min, max } = scope(() => {
    const [low, high] = ops.aminmax(labels);
    return { min: low.item(), max: high.item() };
  });
  if (!(min >= 0 && max < classes))
    throw new TomoError("TOMO_LABEL_RANGE", "a label has a class that the network has no channel for", {
      given: `values from ${min} to ${max}`,
      expected: `0 to ${classes - 1}, the network has ${classes} channels`,
      hint: "set num_classes of the model, or map the labels with a transform",
    });
  const indices = ops.arange(classes, { dtype: "float32", device: labels.device });
  const column = ops.view(indices, [1, classes, ...like.shape.slice(2).map(() => 1)]);
  return ops.to(ops.eq(labels, column), { dtype: like.dtype });
}

function expectShape(targets: Tensor, expected: readonly number[], predictions: Tensor): void {
  if (targets.shape.join() === expected.join()) return;
  throw new TomoError("TOMO_SHAPE_MISMATCH", "the label does not fit the prediction", {
    given: `label [${targets.shape.join(", ")}], prediction [${predictions.shape.join(", ")}] (channels first)`,
    expected: `label [${expected.join(", ")}]`,
    hint: "is_onehot_targets says whether the label has a channel for each class",
  });
}
