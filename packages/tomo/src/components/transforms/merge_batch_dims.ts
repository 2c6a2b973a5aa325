import { ops } from "@tomo/torch";
import { withFields } from "../../data/sample.ts";
import { fields } from "../args.ts";
import { keeps, onFields } from "../effects/effect.ts";
import { defineTransform } from "./define.ts";
import { imageOf } from "./image_of.ts";

export const MergeBatchDims = defineTransform({
  name: "MergeBatchDims",
  summary: "Merges the batch axis of a patch-making transform with that of the image pipeline.",
  notes: [
    "For train.batch_transforms: output_batch_size cases of batch_size patches each, [B, b, C, D, H, W], become one batch [B * b, C, D, H, W], patches of a case next to each other.",
    "A field that is a batch with one batch axis already stays as it is.",
  ],
  args: { fields: fields("Names of the batched fields.") },
  effect: (args) => onFields(args.fields, keeps),
  apply: (args, sample) =>
    withFields(
      sample,
      Object.fromEntries(
        args.fields.map((field) => {
          const image = imageOf(sample, field);
          // while both batch axes stand there the array has one axis more than its layout has letters
          if (image.data.shape.length === image.format.length) return [field, image];
          const [outer, inner, ...rest] = image.data.shape as [number, number, ...number[]];
          return [field, { ...image, data: ops.reshape(image.data, [outer * inner, ...rest]) }];
        }),
      ),
    ),
});
