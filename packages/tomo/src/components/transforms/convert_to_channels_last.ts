import { fields } from "../args.ts";
import { channelsPlaced, withChannels } from "./channel_layout.ts";
import { defineImageTransform } from "./define.ts";

export const ConvertToChannelsLast = defineImageTransform({
  name: "ConvertToChannelsLast",
  summary: "Puts the channel axis after the spatial axes, and adds one of length 1 where there is none.",
  notes: [
    "HW and CHW become HWC, DHW and CDHW become DHWC, with or without a batch axis in front.",
    "Needs no data_format: every image knows its layout. An image that is channels-last already is left as it is.",
  ],
  args: { fields: fields() },
  effect: () => channelsPlaced("last"),
  image: (_, image) => withChannels(image, "last"),
});
