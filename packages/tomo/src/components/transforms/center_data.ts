import { isFloating, ops, type Tensor, tensor } from "@tomo/torch";
import { z } from "zod";
import { type MedicalImage, withData } from "../../data/medical_image.ts";
import { batchAxis, channelAxis } from "../../data/shape_format.ts";
import { fields } from "../args.ts";
import { disturbed, rescaled, valueByValue } from "../effects/image_effects.ts";
import { defineImageTransform, type FieldContext } from "./define.ts";
import { floating } from "./floating.ts";
import { channelsOf, unfit } from "./unfit.ts";

const perChannel = (description: string) =>
  z
    .union([z.number(), z.array(z.number()).min(1)])
    .nullable()
    .default(null)
    .describe(description);

export const CenterData = defineImageTransform({
  name: "CenterData",
  summary: "Computes (x - subtrahend) / divisor, with numbers for the image or for each channel.",
  notes: [
    "An argument left out (or null) is taken from the image itself: its mean, its standard deviation, over all voxels and channels (clara-reference 8 #9, MONAI NormalizeIntensity). In a batch each patch by itself.",
    "Population standard deviation; one of zero divides by 1.",
    "A list has one number a channel; a list of one number holds for all channels.",
  ],
  args: {
    fields: fields(),
    subtrahend: perChannel("Subtracted: a number, a list with one a channel, or null for the image's mean."),
    divisor: perChannel(
      "Divided by: a number, a list with one a channel, or null for the image's standard deviation.",
    ),
  },
  check: ({ divisor }) =>
    [divisor].flat().includes(0)
      ? [{ argument: "divisor", message: "divisor is zero", expected: "a number other than zero" }]
      : [],
  prepares: ({ subtrahend, divisor }) => (subtrahend === null || divisor === null ? "statistics" : "voxels"),
  effect:
    ({ subtrahend, divisor }) =>
    (image, context) => {
      for (const [argument, list] of Object.entries({ subtrahend, divisor }))
        if (
          Array.isArray(list) &&
          list.length > 1 &&
          image.channels !== null &&
          list.length !== image.channels
        )
          context.error({
            code: "TOMO_CHANNELS",
            message: `${argument} has ${list.length} numbers, the field "${context.field}" ${image.channels} ${image.channels === 1 ? "channel" : "channels"}`,
            argument: [argument],
            expected: image.channels === 1 ? "one number" : `one number, or ${image.channels}`,
            blame: { field: context.field, part: "channels" },
          });
      return valueByValue(subtrahend === null || divisor === null ? disturbed : rescaled)(image, context);
    },
  image: (args, image, context) => {
    // of channels that share their memory (RepeatChannel) a copy first is faster than arithmetic on them
    const x = ops.contiguous(floating(image.data));
    const own = args.subtrahend === null || args.divisor === null ? ownStatistics(image) : null;
    const subtrahend = given(args.subtrahend, "subtrahend", image, context) ?? own!.mean;
    const divisor = given(args.divisor, "divisor", image, context) ?? own!.deviation;
    return withData(image, ops.div_(ops.sub(x, subtrahend), divisor));
  },
});

/** Mean and standard deviation over all axes but the batch, shaped to broadcast. */
function ownStatistics({ data, format }: MedicalImage): { mean: Tensor; deviation: Tensor } {
  const dim = data.shape.map((_, axis) => axis).filter((axis) => axis !== batchAxis(format));
  // repeated values change neither moment
  const distinct = data.strides.reduce(
    (values, stride, axis) => (stride === 0 && dim.includes(axis) ? ops.narrow(values, axis, 0, 1) : values),
    floating(data),
  );
  const [variance, mean] = ops.varMean(distinct, { dim, correction: 0, keepdim: true });
  const deviation = ops.sqrt(variance);
  return { mean, deviation: ops.maskedFill(deviation, ops.eq(deviation, 0), 1) };
}

/**
 * A configured number, or list of numbers shaped to broadcast along the channel axis; null where there is none. Equal
 * numbers become one, which is faster.
 */
function given(
  value: number | number[] | null,
  argument: string,
  image: MedicalImage,
  { where }: FieldContext,
): number | Tensor | null {
  if (!Array.isArray(value)) return value;
  const channels = channelsOf(image);
  if (value.length !== 1 && value.length !== channels)
    throw unfit(where, image, `${argument} has ${value.length} numbers for ${channels} channels`, {
      expected: "one number, or one a channel",
    });
  if (value.every((entry) => entry === value[0])) return value[0]!;
  return alongChannels(value, image);
}

/**
 * With the channels last, the numbers are repeated along the axis before them: the operators then run over whole rows
 * instead of over the channels of one voxel, which takes a third of the time.
 */
function alongChannels(value: readonly number[], { data, format }: MedicalImage): Tensor {
  const axis = channelAxis(format);
  const shape = data.shape.map((_, n) => (n === axis ? value.length : 1));
  const numbers = ops.toDtype(
    tensor(Float64Array.from(value), shape),
    isFloating(data.dtype) ? data.dtype : "float32",
  );
  if (axis !== data.rank - 1) return numbers;
  return ops.repeat(
    numbers,
    data.shape.map((length, n) => (n === axis - 1 ? length : 1)),
  );
}
