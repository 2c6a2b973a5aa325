import { scope, type Tensor } from "@tomo/torch";
import { channelsFirst } from "../../data/channels_first.ts";
import type { Sample } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { boolean, field, number } from "../args.ts";
import type { CaseScore } from "../contracts.ts";
import { defineMetric } from "../define.ts";
import { type EffectContext, imageFacts } from "../effects/effect.ts";
import { type ImageFacts, isOutput, type SampleFacts, valuesText } from "../effects/facts.ts";
import { differentGrids, movedOf } from "../effects/image_effects.ts";
import { imageOf } from "../transforms/image_of.ts";
import { commonArgs, commonParts, meanOf, meanOverCases } from "./common.ts";
import { diceOf, overlaps } from "./dice.ts";

const policy =
  "A class that the label of a case does not contain has no value there and is left out of the means, whether or not it was predicted; the counts say how many values stand behind each mean.";

export const ComputeAverageDice = defineMetric({
  name: "ComputeAverageDice",
  task: "segmentation",
  summary: "Mean Dice of predictions against labels: mean of the classes of a case, then mean of the cases.",
  notes: [
    "Several channels and a label of class indices: the class of a voxel is the channel with the largest value; background (channel 0) is left out with remove_bg.",
    "With is_one_hot_targets the label has as many channels as the prediction, and each channel is compared by itself (value > logit_thresh).",
    "One channel: value > logit_thresh against label > 0.5; remove_bg has no effect.",
    policy,
    "When no case has a value the mean is 0, as in Clara Train, and a warning says so.",
    "is_2d is accepted; the layout is read from the image itself.",
  ],
  args: {
    ...commonArgs,
    label_field: field("Field with the label.").default("label"),
    is_2d: boolean("The data is two-dimensional.").default(false),
    remove_bg: boolean("Leave channel 0, the background, out of the mean.").default(true),
    logit_thresh: number("A voxel belongs to a channel when its value is greater than this.").default(0.5),
    is_one_hot_targets: boolean("The label has one channel a class instead of class indices.").default(false),
  },
  effect: (args) => (sample, context) => checkDice(sample, args, context),
  build: (args) => ({
    ...commonParts(args),
    fields: [args.field, args.label_field],
    policy,
    score: (sample) => score(sample, args),
    summarise: meanOverCases,
  }),
});

interface DiceArgs {
  readonly field: string;
  readonly label_field: string;
  readonly remove_bg: boolean;
  readonly logit_thresh: number;
  readonly is_one_hot_targets: boolean;
}

/** What can be said without voxels: kinds of values, channels and grids of prediction and label. */
function checkDice(sample: SampleFacts, args: DiceArgs & { name: string }, context: EffectContext): void {
  const { name, field, label_field, is_one_hot_targets } = args;
  const prediction = imageFacts(sample, field, ["field"], context);
  const label = imageFacts(sample, label_field, ["label_field"], context);
  const wrong = (facts: ImageFacts | null, bad: boolean, argument: "field" | "label_field", hint: string) => {
    if (facts === null || !bad) return;
    context.error({
      code: "TOMO_VALUE_KIND",
      message: `${name} takes the field "${args[argument]}" as ${argument === "field" ? "prediction" : "label"}, which holds ${valuesText[facts.values]}`,
      argument: [argument],
      hint,
      blame: { field: args[argument], part: "values" },
    });
  };
  const spoilt = ({ values }: ImageFacts) => values === "blurred_classes" || values === "intensity";
  wrong(prediction, prediction !== null && spoilt(prediction), "field", "the network's output is in model");
  wrong(
    label,
    label !== null && (spoilt(label) || isOutput(label.values)),
    "label_field",
    "name the field with the label, resampled with is_label",
  );
  if (prediction === null || label === null) return;
  warnOfPair(args, prediction, label, context);
  const wanted = is_one_hot_targets ? prediction.channels : 1;
  if (wanted !== null && label.channels !== null && label.channels !== wanted)
    context.error({
      code: "TOMO_CHANNELS",
      message: `${name} takes a label of ${wanted} channels, the field "${label_field}" has ${label.channels}`,
      argument: ["is_one_hot_targets"],
      hint: is_one_hot_targets
        ? 'set "is_one_hot_targets": false for a label of class indices'
        : 'set "is_one_hot_targets": true for a label with one channel a class',
    });
  if (differentGrids(prediction, label)) {
    const pair = [
      { field, facts: prediction },
      { field: label_field, facts: label },
    ] as const;
    context.error({
      code: "TOMO_DIFFERENT_GRIDS",
      message: `${name}: "${field}" and "${label_field}" lie on different voxel grids`,
      argument: ["label_field"],
      expected: "a prediction on the grid of the label",
      hint: "RestoreOriginalShape brings the prediction back; or let the label pass through the same transforms",
      blame: { field: movedOf(...pair), part: "grid" },
    });
  }
}

/** A field against itself, and masks of different classes: figures that mean nothing. */
function warnOfPair(
  { name, field, label_field }: DiceArgs & { name: string },
  prediction: ImageFacts,
  label: ImageFacts,
  { warn }: EffectContext,
): void {
  const odd = (message: string, hint: string) =>
    warn({ code: "TOMO_ODD_VALUES", message, argument: ["label_field"], hint });
  if (field === label_field)
    odd(`${name} compares the field "${field}" with itself`, "name the field with the label");
  else if (
    prediction.classOf !== undefined &&
    label.classOf !== undefined &&
    prediction.classOf !== label.classOf
  )
    odd(
      `${name} compares class ${prediction.classOf} of the prediction with class ${label.classOf} of the label`,
      "name the masks of one class",
    );
}

function score(sample: Sample, args: DiceArgs): CaseScore {
  const dice = scope(() => {
    const prediction = channelsFirst(imageOf(sample, args.field));
    const label = channelsFirst(imageOf(sample, args.label_field));
    checkShapes(sample, args, prediction, label);
    const single = prediction.shape[0] === 1;
    const binarise = single || args.is_one_hot_targets ? "threshold" : "argmax";
    return overlaps(prediction, label, { binarise, threshold: args.logit_thresh }).map(diceOf);
  });
  if (dice.length === 1) return { caseId: sample.caseId, value: dice[0]!, parts: {} };
  const classes = dice.map((value, index) => [`class_${index}`, value] as const);
  const scored = args.remove_bg ? classes.slice(1) : classes;
  return {
    caseId: sample.caseId,
    value: meanOf(scored.map(([, value]) => value)),
    parts: Object.fromEntries(scored),
  };
}

function checkShapes(sample: Sample, args: DiceArgs, prediction: Tensor, label: Tensor): void {
  const [channels, ...size] = prediction.shape;
  const [labelChannels, ...labelSize] = label.shape;
  const where = { case: sample.caseId, field: args.label_field };
  if (String(size) !== String(labelSize)) {
    throw new TomoError(
      "TOMO_SHAPE_MISMATCH",
      `the label is ${labelSize.join("×")} voxels, the prediction ${size.join("×")}`,
      {
        where: { ...where, file: imageOf(sample, args.label_field).properties.fileName },
        expected: `equal sizes of "${args.field}" and "${args.label_field}"`,
        hint: "the label must belong to this image and pass through the same spatial transforms",
      },
    );
  }
  const wanted = args.is_one_hot_targets ? channels : 1;
  if (labelChannels !== wanted)
    throw new TomoError("TOMO_SHAPE_MISMATCH", `the label has ${labelChannels} channels, not ${wanted}`, {
      where,
      expected: args.is_one_hot_targets ? "one channel a class" : "one channel of class indices",
      hint: args.is_one_hot_targets
        ? "set is_one_hot_targets to false for a label of class indices"
        : "set is_one_hot_targets to true for a label with one channel a class",
    });
}
