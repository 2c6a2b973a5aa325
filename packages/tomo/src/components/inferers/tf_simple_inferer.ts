import { scope } from "@tomo/torch";
import { defineInferer } from "../define.ts";

export const TFSimpleInferer = defineInferer({
  name: "TFSimpleInferer",
  summary: "Passes the whole image through the network at once.",
  notes: [
    "The image must have a size that the network can take; memory grows with the image. TFScanWindowInferer takes any size.",
  ],
  args: {},
  build: () => () => ({ roiSize: null, infer: (input, forward) => scope(() => forward(input)) }),
});
