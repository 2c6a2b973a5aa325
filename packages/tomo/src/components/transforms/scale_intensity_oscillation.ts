import { ops, type Tensor } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields, number, probability } from "../args.ts";
import { keeps } from "../effects/effect.ts";
import { disturbed } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";
import { floating } from "./floating.ts";

/** The one place of the formula: x + u. */
export const oscillate = (x: Tensor, u: number): Tensor => ops.add(x, u);

export const ScaleIntensityOscillation = defineRandomTransform({
  name: "ScaleIntensityOscillation",
  summary: "Shifts all intensities by one random number in [-magnitude, magnitude].",
  notes: [
    "Clara never published the formula. x + u with u uniform in [-magnitude, magnitude), one draw a sample and the same for all fields: what NVIDIA's own successor of the spleen config does (clara-reference 8 #1).",
    "On a batch of patches all patches get the same shift (clara-reference 8 #8).",
    "The default of probability is 1.0: the configs that leave it out mean every sample.",
  ],
  args: {
    fields: fields(),
    magnitude: number("Largest shift, in units of the image after its scaling.").min(0).default(0.1),
    probability: probability("Probability of a shift, for each sample.").default(1),
  },
  effect: ({ magnitude, probability }) => (magnitude > 0 && probability > 0 ? disturbed : keeps),
  draw: (args, random) => {
    const happens = random.bernoulli(args.probability);
    const shift = random.uniform(-args.magnitude, args.magnitude);
    return happens ? shift : 0;
  },
  image: (_, shift, image) => (shift === 0 ? image : withData(image, oscillate(floating(image.data), shift))),
});
