import { ops, tensor } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { normalNoise } from "../../data/normal_noise.ts";
import { fields, number, probability } from "../args.ts";
import { keeps } from "../effects/effect.ts";
import { disturbed } from "../effects/image_effects.ts";
import { defineRandomTransform } from "./define.ts";
import { floating } from "./floating.ts";

/** Label of the stream that the noise of each field is drawn from. */
const noiseStream = 1;

export const AddGaussianNoise = defineRandomTransform({
  name: "AddGaussianNoise",
  summary: "With the given probability adds normal noise with mean zero, independent for each voxel.",
  notes: [
    "Fields of the same shape get the same noise, as in MONAI's RandGaussianNoised. Channels and patches of a batch get noise of their own.",
  ],
  args: {
    fields: fields(),
    probability: probability("Probability of noise, for each sample.").default(0.5),
    variance: number("Variance of the noise, in squared units of the image.").min(0).default(0.1),
  },
  effect: ({ probability, variance }) => (probability > 0 && variance > 0 ? disturbed : keeps),
  draw: (args, random) => (random.bernoulli(args.probability) && args.variance > 0 ? random : null),
  image: (args, random, image) => {
    if (random === null) return image;
    const { shape, numel } = image.data;
    const noise = tensor(normalNoise(random.fork(noiseStream), numel), shape);
    return withData(image, ops.add(floating(image.data), noise, { alpha: Math.sqrt(args.variance) }));
  },
});
