import { ops } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields, integer } from "../args.ts";
import { unknownImage } from "../effects/facts.ts";
import { withChannelAxis } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";
import { channelsOf, requireChannelAxis } from "./unfit.ts";

export const RepeatChannel = defineImageTransform({
  name: "RepeatChannel",
  summary: "Repeats the channels, for example a grey image for a network that takes three colours.",
  notes: [
    "C channels become C times repeat_times, all of them in order, then all again. An image without a channel axis is refused.",
    "A single channel is repeated without a copy: the channels share their memory.",
  ],
  args: { fields: fields(), repeat_times: integer("How often the channels stand there afterwards.").min(1) },
  effect:
    ({ repeat_times }) =>
    (image, context) => {
      const known = withChannelAxis(image, context);
      if (known === null) return unknownImage;
      return { ...known, channels: known.channels === null ? null : known.channels * repeat_times };
    },
  image: ({ repeat_times }, image, { where }) => {
    const axis = requireChannelAxis(image, where);
    const along = (channel: number, other: number) =>
      image.data.shape.map((_, n) => (n === axis ? channel : other));
    // expand leaves axes of -1 as they are
    const data =
      channelsOf(image) === 1
        ? ops.expand(image.data, along(repeat_times, -1))
        : ops.repeat(image.data, along(repeat_times, 1));
    return withData(image, data);
  },
});
