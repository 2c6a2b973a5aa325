import { z } from "zod";
import { type ImageProperties, type MedicalImage, withProperties } from "../../data/medical_image.ts";
import { sizeOf } from "../../data/spatial.ts";
import { field, fields } from "../args.ts";
import { imageFacts, onFields } from "../effects/effect.ts";
import { defineTransform, mapFields } from "./define.ts";
import { imageOf } from "./image_of.ts";

/** Names in configs, and the properties they stand for. */
const names = {
  affine: ["affine", "affines"],
  original_shape: ["originalShape"],
  original_affine: ["originalAffine", "fileAffine"],
  file_name: ["fileName"],
} as const satisfies Record<string, readonly (keyof ImageProperties)[]>;

type PropertyName = keyof typeof names;

export const CopyProperties = defineTransform({
  name: "CopyProperties",
  summary:
    "Copies properties such as the affine from one field to others, for example from the image to the prediction.",
  notes: [
    "New fields such as the output of a network know nothing of the world: copy the affine of the image to them before they are written.",
    "A property that from_field does not have is not copied, with a warning.",
    "An affine that does not belong to the size of the field is still copied, with a warning. One exception: a field that has the size from_field was loaded with (RestoreOriginalShape) gets the affine it was loaded with.",
  ],
  args: {
    fields: fields("Names of the fields that get the properties."),
    from_field: field("Name of the field that has them."),
    properties: z
      .array(z.enum(Object.keys(names) as [PropertyName, ...PropertyName[]]))
      .min(1)
      .default(["affine"])
      .describe("Properties to copy."),
  },
  effect:
    ({ fields, from_field, properties }) =>
    (sample, context) => {
      const source = imageFacts(sample, from_field, ["from_field"], context);
      const copied = properties.includes("affine");
      if (copied && source?.affine === false)
        context.warn({
          code: "TOMO_NO_PLACE",
          message: `the field "${from_field}" has no affine that could be copied`,
          argument: ["from_field"],
          hint: "the image that LoadNifti read has one",
        });
      return onFields(fields, (image) => (copied ? { ...image, affine: source?.affine ?? null } : image))(
        sample,
        context,
      );
    },
  apply: (args, sample, context) => {
    const source = imageOf(sample, args.from_field);
    return mapFields(sample, args.fields, context, (image, { warn, where }) =>
      args.properties.reduce((result, name) => {
        const copied = name === "affine" ? affineFor(image, source) : pick(source.properties, name);
        if (Object.keys(copied).length === 0)
          warn(`case ${where.case}: field ${args.from_field} has no ${name} that could be copied`);
        else if (name === "affine" && sizeText(image) !== sizeText(source) && !restored(image, source))
          warn(
            `case ${where.case}: the affine of ${args.from_field} (${sizeText(source)} voxels) is copied to ${where.field}, which has ${sizeText(image)}`,
          );
        return withProperties(result, copied);
      }, image),
    );
  },
});

const sizeText = (image: MedicalImage): string => sizeOf(image).join("x");

/** Whether the image has the size that the source had when it was loaded, and has no longer. */
const restored = (image: MedicalImage, source: MedicalImage): boolean =>
  sizeText(image) !== sizeText(source) && sizeText(image) === source.properties.originalShape?.join("x");

const affineFor = (image: MedicalImage, source: MedicalImage): Partial<ImageProperties> => {
  const { originalAffine } = source.properties;
  return restored(image, source) && originalAffine !== undefined
    ? { affine: originalAffine }
    : pick(source.properties, "affine");
};

const pick = (properties: ImageProperties, name: PropertyName): Partial<ImageProperties> =>
  Object.fromEntries(
    names[name].flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])),
  );
