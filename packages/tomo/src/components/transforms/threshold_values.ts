import { ops } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields, number } from "../args.ts";
import { defineImageTransform } from "./define.ts";

export const ThresholdValues = defineImageTransform({
  name: "ThresholdValues",
  summary: "Makes a binary mask: 1 where the value is larger than the threshold, else 0.",
  notes: ["A value equal to the threshold, and NaN, give 0. The result is uint8; channels stay as they are."],
  args: { fields: fields(), threshold: number("Largest value that still gives 0.").default(0.5) },
  image: ({ threshold }, image) => withData(image, ops.toDtype(ops.gt(image.data, threshold), "uint8")),
});
