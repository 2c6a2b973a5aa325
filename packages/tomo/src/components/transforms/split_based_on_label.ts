import { isFloating, ops, type Tensor } from "@tomo/torch";
import { z } from "zod";
import { withData } from "../../data/medical_image.ts";
import { withFields } from "../../data/sample.ts";
import { field } from "../args.ts";
import { type EffectContext, imageFacts } from "../effects/effect.ts";
import { isOutput, unknown, valuesText, withFacts } from "../effects/facts.ts";
import { defineTransform, inField } from "./define.ts";
import { repeatedName } from "./repeated_name.ts";
import { channelsOf, unfit } from "./unfit.ts";

export const SplitBasedOnLabel = defineTransform({
  name: "SplitBasedOnLabel",
  summary:
    "Makes a new field with a binary mask for each class of a label: 1 where the value is the class index.",
  notes: [
    "The field label_names[i] gets the voxels with value i; the list starts with the background, value 0.",
    "Values without a name are in no mask. Values that are no whole numbers are in no mask either, with a warning that names the case.",
    "The masks are uint8 and keep layout and properties of the field, which itself stays as it is.",
    "A field of several channels is refused: ArgmaxAcrossChannels must come first.",
  ],
  args: {
    field: field("Name of the field with class indices."),
    label_names: z
      .array(z.string().min(1))
      .min(1)
      .describe("Names of the new fields, for the values 0, 1, 2 and so on."),
  },
  check: ({ label_names }) => repeatedName("label_names", label_names),
  effect: (args) => (sample, context) => {
    const image = imageFacts(sample, args.field, ["field"], context);
    const { values = "unknown", channels = null } = image ?? {};
    if (isOutput(values) || (channels ?? 1) > 1 || values === "blurred_classes" || values === "intensity")
      context.error({
        code: "TOMO_VALUE_KIND",
        message: `the field "${args.field}" holds ${valuesText[values]}${(channels ?? 1) > 1 ? ` in ${channels} channels` : ""} here`,
        argument: ["field"],
        expected: "class indices in one channel",
        hint: isOutput(values) ? "put ArgmaxAcrossChannels before this transform" : undefined,
        blame: { field: args.field, part: "values" },
      });
    if (values === "class_index") warnOfCount(args.label_names, image?.classes, context);
    const mask = (classOf: number) =>
      image === null
        ? unknown
        : ({ ...image, channels: 1, values: "mask", integers: true, classes: undefined, classOf } as const);
    return withFacts(sample, Object.fromEntries(args.label_names.map((name, n) => [name, mask(n)])));
  },
  apply: (args, sample, context) =>
    inField(sample, args.field, context, (image, { where, warn }) => {
      if (channelsOf(image) > 1)
        throw unfit(where, image, "the image has several channels, not one of class indices", {
          hint: "put ArgmaxAcrossChannels before this transform",
        });
      const broken = firstFraction(image.data);
      if (broken !== null)
        warn(
          `case ${sample.caseId}: field ${args.field} has values that are no whole numbers, such as ${Number(broken.toPrecision(6))}; those voxels are in no mask`,
        );
      const mask = (value: number) => withData(image, ops.toDtype(ops.eq(image.data, value), "uint8"));
      return withFields(
        sample,
        Object.fromEntries(args.label_names.map((name, value) => [name, mask(value)])),
      );
    }),
});

/** A name for each class is usual; a name too few in the middle gives all that follow another class. */
function warnOfCount(names: readonly string[], classes: number | undefined, { warn }: EffectContext): void {
  if (classes === undefined || classes === names.length) return;
  const counted = `${names.length} ${names.length === 1 ? "name" : "names"}`;
  warn({
    code: "TOMO_ODD_VALUES",
    message: `label_names has ${counted} for ${classes} classes; "${names[0]}" is class 0, the background`,
    argument: ["label_names"],
    hint: `give one name a class, ${classes} in all, in the order of the classes`,
  });
}

/** The first value that is no whole number, or null. */
function firstFraction(data: Tensor): number | null {
  if (!isFloating(data.dtype)) return null;
  const fraction = ops.ne(data, ops.round(data));
  if (ops.any(fraction).item() === 0) return null;
  return ops.select(ops.maskedSelect(data, fraction), 0, 0).item();
}
