import { ops } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields } from "../args.ts";
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
