import { entriesOf, isBinary, isMulticlass, type LabelEntry } from "../label_format.ts";
import type { EffectContext, LossStage } from "./effect.ts";
import { valuesText } from "./facts.ts";

interface MapLoss {
  readonly data_format: "channels_first" | "channels_last";
  readonly skip_background: boolean;
  readonly is_onehot_targets: boolean;
}

/** What a loss on class maps asks: an activated output, in its layout, and a label that fits it. */
export const mapLossEffect =
  (name: string, args: MapLoss) =>
  ({ network, label }: LossStage, context: EffectContext): void => {
    if (network?.finalActivation === "linear")
      context.error({
        code: "TOMO_VALUE_KIND",
        message: `${name} works on activated outputs, but final_activation of the model is linear`,
        of: "model",
        argument: ["final_activation"],
        expected: '"softmax", or "sigmoid" for classes that overlap',
      });
    if (network !== null && network.dataFormat !== args.data_format)
      context.error({
        code: "TOMO_LAYOUT",
        message: `the loss takes ${args.data_format} arrays, the model gives ${network.dataFormat}`,
        argument: ["data_format"],
        hint: `set "data_format": "${network.dataFormat}" in train.loss.args`,
      });
    if (args.skip_background && network?.outChannels === 1)
      context.error({
        code: "TOMO_BAD_VALUE",
        message: "skip_background leaves nothing of a network with one output channel",
        argument: ["skip_background"],
        expected: "false, or a model with num_classes of 2 or more",
      });
    checkLabel(name, args, { network, label }, context);
  };

function checkLabel(
  name: string,
  args: MapLoss,
  { network, label }: LossStage,
  { error }: EffectContext,
): void {
  if (label.holds !== "image") return;
  if (label.values === "blurred_classes" || label.values === "intensity")
    error({
      code: "TOMO_VALUE_KIND",
      message: `${name} compares with the field "label", which holds ${valuesText[label.values]}`,
      expected: "class indices, or masks of 0 and 1",
      hint: "resample labels with is_label, and leave them out of transforms of intensities",
      blame: { field: "label", part: "values" },
      mendedThere: label.values === "blurred_classes",
    });
  const classes = network?.outChannels;
  if (classes === undefined || classes === null || label.channels === null) return;
  const wanted = args.is_onehot_targets ? classes : 1;
  if (label.channels === wanted) return;
  error({
    code: "TOMO_CHANNELS",
    message: `${name} takes a label of ${channelsText(wanted)}, the field "label" has ${channelsText(label.channels)}`,
    argument: ["is_onehot_targets"],
    hint:
      label.channels === classes
        ? 'set "is_onehot_targets": true in train.loss.args'
        : label.channels === 1
          ? 'set "is_onehot_targets": false in train.loss.args'
          : "num_classes of the model says how many channels there are",
    blame: { field: "label", part: "channels" },
  });
}

const channelsText = (count: number): string => `${count} ${count === 1 ? "channel" : "channels"}`;

const labelKinds = {
  binary: { has: isBinary, text: "binary labels", entry: "1" },
  multiclass: { has: isMulticlass, text: "labels of k classes", entry: "k > 1" },
} as const;

/** What components on one kind of label entries ask: logits, and such an entry. Returns the entries. */
export function entriesFor(
  kind: keyof typeof labelKinds,
  { name, otherwise }: { readonly name: string; readonly otherwise: string },
  { labelFormat, error }: EffectContext,
): readonly LabelEntry[] | null {
  if (labelFormat === null) return null;
  const { has, text, entry } = labelKinds[kind];
  const entries = entriesOf(labelFormat).filter(has);
  if (entries.length === 0)
    error({
      code: "TOMO_LABEL_FORMAT",
      message: `${name} works on ${text}, and label_format [${labelFormat.join(", ")}] has none`,
      expected: `at least one ${entry} in label_format`,
      hint: `use ${otherwise} for this label_format`,
    });
  return entries;
}

/** Asks for logits, as losses with their own softmax or sigmoid do. */
export function requireLogits(name: string, { network }: LossStage, { error }: EffectContext): void {
  if (network === null || network.finalActivation === "linear") return;
  error({
    code: "TOMO_VALUE_KIND",
    message: `${name} activates logits itself, but final_activation of the model is ${network.finalActivation}`,
    of: "model",
    argument: ["final_activation"],
    expected: '"linear"',
  });
}
