import { ops, type Tensor, tensor } from "@tomo/torch";
import { z } from "zod";
import { type MedicalImage, withData } from "../../data/medical_image.ts";
import { batchAxis, channelAxis } from "../../data/shape_format.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import { fields } from "../args.ts";
import { defineImageTransform, type FieldContext } from "./define.ts";
import { floating } from "./floating.ts";
import { channelsOf } from "./unfit.ts";

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
  image: (args, image, context) => {
    const x = floating(image.data);
    const own = args.subtrahend === null || args.divisor === null ? ownStatistics(image, x) : null;
    const subtrahend = given(args.subtrahend, "subtrahend", image, context) ?? own!.mean;
    const divisor = given(args.divisor, "divisor", image, context) ?? own!.deviation;
    return withData(image, ops.div_(ops.sub(x, subtrahend), divisor));
  },
});

/** Mean and standard deviation over all axes but the batch, shaped to broadcast. */
function ownStatistics(image: MedicalImage, x: Tensor): { mean: Tensor; deviation: Tensor } {
  const batch = batchAxis(image.format);
  const dim = x.shape.map((_, axis) => axis).filter((axis) => axis !== batch);
  const [variance, mean] = ops.varMean(x, { dim, correction: 0, keepdim: true });
  const deviation = ops.sqrt(variance);
  return { mean, deviation: ops.maskedFill(deviation, ops.eq(deviation, 0), 1) };
}

/** A configured number, or list of numbers shaped along the channel axis; null where there is none. */
function given(
  value: number | number[] | null,
  argument: string,
  image: MedicalImage,
  { where }: FieldContext,
): number | Tensor | null {
  if (!Array.isArray(value)) return value;
  if (value.length === 1) return value[0]!;
  const channels = channelsOf(image);
  if (value.length !== channels)
    throw new TomoError(
      "TOMO_IMAGE_UNFIT",
      `${argument} has ${value.length} numbers for ${channels} channels`,
      {
        where,
        given: `${image.format} [${image.data.shape.join(", ")}]`,
        expected: "one number, or one a channel",
      },
    );
  const axis = channelAxis(image.format);
  const shape = image.data.shape.map((_, n) => (n === axis ? channels : 1));
  return ops.toDtype(tensor(value, shape), floatingType(image));
}

const floatingType = (image: MedicalImage) => (image.data.dtype === "float64" ? "float64" : "float32");
