import { type DType, ops, scope, type Tensor } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { fields } from "../args.ts";
import { valuesText } from "../effects/facts.ts";
import { withChannelAxis } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";
import { requireChannelAxis, unfit } from "./unfit.ts";

export const ArgmaxAcrossChannels = defineImageTransform({
  name: "ArgmaxAcrossChannels",
  summary: "Replaces the channels by the index of the largest, in one channel of class indices.",
  notes: [
    "Equal values: the first channel wins.",
    "The result is uint8 (int32 above 256 channels) and keeps its channel axis with length 1.",
    "A single channel is refused, since its argmax is 0 everywhere: ThresholdValues is for sigmoid outputs of one channel.",
  ],
  args: { fields: fields() },
  effect: () => (image, context) => {
    const { error, field } = context;
    const fault = (message: string, hint: string) =>
      error({
        code: "TOMO_VALUE_KIND",
        message,
        argument: ["fields"],
        hint,
        blame: { field, part: "values" },
      });
    if (image.values === "class_index" || image.values === "mask")
      fault(
        `the field "${field}" holds ${valuesText[image.values]}, whose argmax is 0 everywhere`,
        "use ArgmaxAcrossChannels once, on the channels of the network's output",
      );
    else if (image.channels === 1)
      fault(
        `the field "${field}" has one channel, whose argmax is 0 everywhere`,
        "use ThresholdValues for an output of one channel",
      );
    const known = withChannelAxis(image, context) ?? image;
    const classes = image.channels ?? undefined;
    return { ...known, channels: 1, values: "class_index", integers: true, levels: null, classes };
  },
  image: (_, image, { where }) => {
    const axis = requireChannelAxis(image, where);
    const channels = image.data.shape[axis]!;
    if (channels === 1)
      throw unfit(where, image, "the image has one channel, whose argmax is 0 everywhere", {
        hint: "use ThresholdValues for an output of one channel",
      });
    return withData(image, argmax(image.data, axis, channels > 256 ? "int32" : "uint8"));
  },
});

/** Slab by slab along another axis, since libtorch's indices take 8 bytes a voxel. */
function argmax(data: Tensor, axis: number, dtype: DType): Tensor {
  return scope(() => {
    const slabs = data.shape.findIndex((length, other) => other !== axis && length > 1);
    if (slabs < 0) return ops.toDtype(ops.argmax(data, { dim: axis, keepdim: true }), dtype);
    const result = ops.empty(
      data.shape.map((length, other) => (other === axis ? 1 : length)),
      { dtype, device: data.device },
    );
    for (let n = 0; n < data.shape[slabs]!; n++)
      scope(() => {
        const slab = ops.narrow(data, slabs, n, 1);
        ops.copy_(ops.narrow(result, slabs, n, 1), ops.argmax(slab, { dim: axis, keepdim: true }));
      });
    return result;
  });
}
