// A deterministic transform that maps each image by itself. It is declared as preparation, so `tomo check` warns where
// training does it and validation does not.
import { ops, scope } from "@tomo/torch";
import { defineImageTransform, fields, number, withData } from "tomo";

export const Standardise = defineImageTransform({
  name: "Standardise",
  summary: "Brings each image to mean 0 and standard deviation 1.",
  notes: ["A constant image becomes 0, with a warning."],
  args: { fields: fields(), epsilon: number("Smallest deviation to divide by.").positive().default(1e-6) },
  prepares: () => "statistics",
  effect: () => (facts) => facts,
  image: ({ epsilon }, image, { where, warn }) => {
    const deviation = scope(() => ops.std(image.data).item());
    if (deviation < epsilon) warn(`case ${where.case}, field ${where.field}: all voxels are equal`);
    const data = scope(() =>
      ops.div(ops.sub(image.data, ops.mean(image.data)), Math.max(deviation, epsilon)),
    );
    return withData(image, data);
  },
});
