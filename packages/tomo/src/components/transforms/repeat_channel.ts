import { ops } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields, integer } from "../args.ts";
import { defineImageTransform } from "./define.ts";
import { requireChannelAxis } from "./unfit.ts";

export const RepeatChannel = defineImageTransform({
  name: "RepeatChannel",
  summary: "Repeats the channels, for example a grey image for a network that takes three colours.",
  notes: [
    "C channels become C times repeat_times, all of them in order, then all again. An image without a channel axis is refused.",
  ],
  args: { fields: fields(), repeat_times: integer("How often the channels stand there afterwards.").min(1) },
  image: ({ repeat_times }, image, { where }) => {
    const axis = requireChannelAxis(image, where);
    const repeats = image.data.shape.map((_, n) => (n === axis ? repeat_times : 1));
    return withData(image, ops.repeat(image.data, repeats));
  },
});
