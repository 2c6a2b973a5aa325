import { ops } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields, number } from "../args.ts";
import { valuesText } from "../effects/facts.ts";
import { defineImageTransform } from "./define.ts";

export const ThresholdValues = defineImageTransform({
  name: "ThresholdValues",
  summary: "Makes a binary mask: 1 where the value is larger than the threshold, else 0.",
  notes: ["A value equal to the threshold, and NaN, give 0. The result is uint8; channels stay as they are."],
  args: { fields: fields(), threshold: number("Largest value that still gives 0.").default(0.5) },
  effect:
    () =>
    (image, { warn, field }) => {
      if (image.values === "class_index")
        warn({
          code: "TOMO_ODD_VALUES",
          message: `the field "${field}" holds ${valuesText[image.values]}: a threshold joins all classes above it`,
          argument: ["fields"],
          hint: "SplitBasedOnLabel makes a mask of each class; a threshold is for probabilities",
          blame: { field, part: "values" },
        });
      return { ...image, values: "mask", integers: true };
    },
  image: ({ threshold }, image) => withData(image, ops.toDtype(ops.gt(image.data, threshold), "uint8")),
});
