import { fields } from "../args.ts";
import { channelsPlaced, withChannels } from "./channel_layout.ts";
import { defineImageTransform } from "./define.ts";

export const ConvertToChannelsFirst = defineImageTransform({
  name: "ConvertToChannelsFirst",
  summary: "Puts the channel axis before the spatial axes, and adds one of length 1 where there is none.",
  notes: [
    "HW and HWC become CHW, DHW and DHWC become CDHW, with or without a batch axis in front.",
    "Needs no data_format: every image knows its layout. An image that is channels-first already is left as it is.",
  ],
  args: { fields: fields() },
  effect: () => channelsPlaced("first"),
  image: (_, image) => withChannels(image, "first"),
});
