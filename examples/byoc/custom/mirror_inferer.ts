// An inferer: takes a whole image through the network. This one shows it the image and its mirror image, turns the
// second output back, and averages the two.
import { ops, scope } from "@tomo/torch";
import { defineInferer, integer } from "tomo";

export const MirrorInferer = defineInferer({
  name: "MirrorInferer",
  task: "segmentation",
  summary: "Averages the outputs of an image and of its mirror image.",
  args: { axis: integer("Spatial axis to mirror along, counted from 0.").min(0).max(2).default(2) },
  build:
    ({ axis }) =>
    () => ({
      // the network sees the whole image
      roiSize: null,
      infer: (input, forward) =>
        scope(() => {
          // behind batch and channels
          const along = [axis + 2];
          const mirrored = ops.flip(forward(ops.flip(input, along)), along);
          return ops.div(ops.add(forward(input), mirrored), 2);
        }),
    }),
});
