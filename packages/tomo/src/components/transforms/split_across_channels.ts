import { ops } from "@tomo/torch";
import { z } from "zod";
import { withData } from "../../data/medical_image.ts";
import { withFields } from "../../data/sample.ts";
import { field } from "../args.ts";
import { imageFacts } from "../effects/effect.ts";
import { unknown, withFacts } from "../effects/facts.ts";
import { defineTransform, inField } from "./define.ts";
import { repeatedName } from "./repeated_name.ts";
import { requireChannelAxis, unfit } from "./unfit.ts";

export const SplitAcrossChannels = defineTransform({
  name: "SplitAcrossChannels",
  summary: "Makes a new field of each channel.",
  notes: [
    "There must be as many names as channels. Each new field keeps a channel axis of length 1, the layout and the properties; the field itself stays as it is.",
  ],
  args: {
    field: field("Name of the field with several channels."),
    channel_names: z
      .array(z.string().min(1))
      .min(1)
      .describe("Names of the new fields, in the order of the channels."),
  },
  check: ({ channel_names }) => repeatedName("channel_names", channel_names),
  effect: (args) => (sample, context) => {
    const image = imageFacts(sample, args.field, ["field"], context);
    const names = args.channel_names;
    if (image !== null && image.channels !== null && image.channels !== names.length)
      context.error({
        code: "TOMO_CHANNELS",
        message: `the field "${args.field}" has ${image.channels} channels here for ${names.length} names`,
        argument: ["channel_names"],
        expected: "one name a channel",
        blame: { field: args.field, part: "channels" },
      });
    const channel = image === null ? unknown : { ...image, channels: 1 };
    return withFacts(sample, Object.fromEntries(names.map((name) => [name, channel])));
  },
  apply: (args, sample, context) =>
    inField(sample, args.field, context, (image, { where }) => {
      const axis = requireChannelAxis(image, where);
      const names = args.channel_names;
      if (image.data.shape[axis] !== names.length)
        throw unfit(
          where,
          image,
          `the image has ${image.data.shape[axis]} channels for ${names.length} names`,
          {
            expected: "one name a channel",
          },
        );
      const channel = (n: number) => withData(image, ops.contiguous(ops.narrow(image.data, axis, n, 1)));
      return withFields(sample, Object.fromEntries(names.map((name, n) => [name, channel(n)])));
    }),
});
