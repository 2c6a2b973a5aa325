import { ops, type Tensor } from "@tomo/torch";
import { withData } from "../../data/medical_image.ts";
import { boolean, fields, number } from "../args.ts";
import { disturbed, rescaled, valueByValue } from "../effects/image_effects.ts";
import { defineImageTransform } from "./define.ts";
import { arrayType, floating } from "./floating.ts";

export interface IntensityRange {
  readonly a_min: number;
  readonly a_max: number;
  readonly b_min: number;
  readonly b_max: number;
}

/** (x − a_min) / (a_max − a_min) · (b_max − b_min) + b_min; with a_max = a_min only the shift x − a_min + b_min. */
export function scaleRange(x: Tensor, { a_min, a_max, b_min, b_max }: IntensityRange): Tensor {
  const scale = a_max === a_min ? 1 : (b_max - b_min) / (a_max - a_min);
  // x − a_min first: then a_min maps to b_min exactly
  return ops.add_(ops.mul_(ops.sub(x, a_min), scale), b_min);
}

export const ScaleIntensityRange = defineImageTransform({
  name: "ScaleIntensityRange",
  summary: "Maps the intensities [a_min, a_max] linearly to [b_min, b_max].",
  notes: [
    "With a_max equal to a_min there is a warning, and the result is x - a_min + b_min, as in MONAI (clara-reference 8 #16).",
    "A range with min > max turns the intensities round; clip then limits to the same interval.",
    "NaN stays NaN.",
  ],
  args: {
    fields: fields(),
    a_min: number("Intensity that maps to b_min, in units of the image (CT: Hounsfield)."),
    a_max: number("Intensity that maps to b_max, in units of the image."),
    b_min: number("Result for a_min."),
    b_max: number("Result for a_max."),
    clip: boolean("Limit the result to [b_min, b_max].").default(false),
    dtype: arrayType("float32"),
  },
  prepares: () => "voxels",
  // where class 0 becomes a fraction, no class is left; else the range may map 255 to 1
  effect:
    ({ a_min, a_max, b_min, b_max, clip }) =>
    (image, context) => {
      if (a_min === a_max)
        context.warn({
          code: "TOMO_ODD_VALUES",
          message: `a_min and a_max are both ${a_min}, so intensities are only shifted`,
          argument: ["a_max"],
          hint: "a_min and a_max are the ends of the range that is mapped",
        });
      else if ((a_max - a_min) * (b_max - b_min) < 0)
        context.warn({
          code: "TOMO_ODD_VALUES",
          message: `the range from a_min ${a_min} to a_max ${a_max} runs the other way than that from b_min ${b_min} to b_max ${b_max}: bright turns dark`,
          argument: [a_max < a_min ? "a_min" : "b_min"],
          hint:
            a_max < a_min
              ? "swap a_min and a_max, unless that is meant"
              : "swap b_min and b_max, unless that is meant",
        });
      const background = b_min - (a_min * (b_max - b_min)) / (a_max - a_min || 1);
      const effect = Number.isInteger(background) ? rescaled : disturbed;
      const result = valueByValue(effect)(image, context);
      // of whole numbers those from a_min to a_max are left, and what clip makes of the others
      const inside =
        clip && image.levels?.whole === true ? Math.abs(a_max - a_min) + 3 : Number.POSITIVE_INFINITY;
      return {
        ...result,
        levels: result.levels && { ...result.levels, count: Math.min(result.levels.count, inside) },
      };
    },
  image: ({ clip, dtype, ...range }, image, { warn }) => {
    if (range.a_max === range.a_min)
      warn(`ScaleIntensityRange: a_min and a_max are both ${range.a_min}, so intensities are only shifted`);
    const scaled = scaleRange(floating(image.data), range);
    const [low, high] = [Math.min(range.b_min, range.b_max), Math.max(range.b_min, range.b_max)];
    if (clip) ops.clamp_(scaled, { min: low, max: high });
    return withData(image, ops.toDtype(scaled, dtype));
  },
});
