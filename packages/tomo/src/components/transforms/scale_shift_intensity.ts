import { ops } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields, number } from "../args.ts";
import { keeps } from "../effects/effect.ts";
import { disturbed } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";
import { floating } from "./floating.ts";

export const ScaleShiftIntensity = defineRandomTransform({
  name: "ScaleShiftIntensity",
  summary: "Multiplies all intensities by a random number around 1 and adds a random number.",
  notes: [
    "Clara never published the formula: x * (1 + s) + t with s uniform in [-scale, scale) and t in [-shift, shift) (clara-reference 8 #11). For images normalised to unit standard deviation this is the published recipe for brain tumours.",
    "One draw a sample, the same for all fields, channels and patches of a batch.",
  ],
  args: {
    fields: fields(),
    scale: number("Largest relative change.").min(0).default(0.1),
    shift: number("Largest shift, in units of the image.").min(0).default(0.1),
  },
  effect: ({ scale, shift }) => (scale > 0 || shift > 0 ? disturbed : keeps),
  draw: (args, random) => ({
    factor: 1 + random.uniform(-args.scale, args.scale),
    shift: random.uniform(-args.shift, args.shift),
  }),
  image: (_, { factor, shift }, image) =>
    withData(image, ops.add_(ops.mul(floating(image.data), factor), shift)),
});
