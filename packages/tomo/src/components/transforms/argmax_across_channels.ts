import { ops } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields } from "../args.ts";
import { valuesText } from "../effects/facts.ts";
import { withChannelAxis } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";
import { requireChannelAxis, unfit } from "./unfit.ts";

export const ArgmaxAcrossChannels = defineImageTransform({
  name: "ArgmaxAcrossChannels",
  summary: "Replaces the channels by the index of the largest, in one channel of class indices.",
  notes: [
    "Equal values: the first channel wins.",
    "The result is uint8 (int32 above 256 channels) and keeps its channel axis with length 1.",
    "A single channel is refused, since its argmax is 0 everywhere: ThresholdValues is for sigmoid outputs of one channel.",
  ],
  args: { fields: fields() },
  effect: () => (image, context) => {
    const { error, field } = context;
    const fault = (message: string, hint: string) =>
      error({
        code: "TOMO_VALUE_KIND",
        message,
        argument: ["fields"],
        hint,
        blame: { field, part: "values" },
      });
    if (image.values === "class_index" || image.values === "mask")
      fault(
        `the field "${field}" holds ${valuesText[image.values]}, whose argmax is 0 everywhere`,
        "use ArgmaxAcrossChannels once, on the channels of the network's output",
      );
    else if (image.channels === 1)
      fault(
        `the field "${field}" has one channel, whose argmax is 0 everywhere`,
        "use ThresholdValues for an output of one channel",
      );
    const known = withChannelAxis(image, context) ?? image;
    const classes = image.channels ?? undefined;
    return { ...known, channels: 1, values: "class_index", integers: true, levels: null, classes };
  },
  image: (_, image, { where }) => {
    const axis = requireChannelAxis(image, where);
    const channels = image.data.shape[axis]!;
    if (channels === 1)
      throw unfit(where, image, "the image has one channel, whose argmax is 0 everywhere", {
        hint: "use ThresholdValues for an output of one channel",
      });
    const index = ops.argmax(image.data, { dim: axis, keepdim: true });
    return withData(image, ops.toDtype(index, channels > 256 ? "int32" : "uint8"));
  },
});
