import type { MedicalImage } from "../../data/medical_image.ts";
import type { RandomStream } from "../../data/random.ts";
import { isImage, type Sample, withFields } from "../../data/sample.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { TransformContext } from "../contracts.ts";
import { type ArgShape, type ArgsOf, type Component, type ComponentInput, define } from "../define.ts";

type Described<Shape extends ArgShape> = Omit<ComponentInput<"transforms", Shape>, "build" | "random">;

/** A transform that works on whole samples, for loaders, croppers and everything that makes new fields. */
export function defineTransform<Shape extends ArgShape>(
  input: Described<Shape> & {
    random?: boolean | ((args: ArgsOf<Shape>) => boolean);
    apply: (args: ArgsOf<Shape>, sample: Sample, context: TransformContext) => Sample;
  },
): Component<"transforms", Shape> {
  const { apply, ...rest } = input;
  return define("transforms", {
    ...rest,
    build: (args) => ({ apply: (sample, context) => apply(args, sample, context) }),
  });
}

/** A deterministic transform that maps each image of `fields` by itself. */
export function defineImageTransform<Shape extends ArgShape & { fields: ArgShape[string] }>(
  input: Described<Shape> & {
    image: (args: ArgsOf<Shape>, image: MedicalImage, context: TransformContext) => MedicalImage;
  },
): Component<"transforms", Shape> {
  const { image, ...rest } = input;
  return defineTransform({
    ...rest,
    apply: (args, sample, context) =>
      mapFields(sample, args.fields as string[], (value) => image(args, value, context)),
  });
}

/**
 * A random transform: `draw` is called once a sample, and every field gets the same draw.
 * `draw` sees the first field, so that it can depend on sizes.
 */
export function defineRandomTransform<Shape extends ArgShape & { fields: ArgShape[string] }, Draw>(
  input: Described<Shape> & {
    random?: boolean | ((args: ArgsOf<Shape>) => boolean);
    draw: (args: ArgsOf<Shape>, random: RandomStream, first: MedicalImage) => Draw;
    image: (args: ArgsOf<Shape>, draw: Draw, image: MedicalImage) => MedicalImage;
  },
): Component<"transforms", Shape> {
  const { draw, image, ...rest } = input;
  return defineTransform({
    random: true,
    ...rest,
    apply: (args, sample, context) => {
      const fields = args.fields as string[];
      const drawn = draw(args, context.random, imageOf(sample, fields[0]!));
      return mapFields(sample, fields, (value) => image(args, drawn, value));
    },
  });
}

/** The image in a field, or an error that names the field and what it holds. */
export function imageOf(sample: Sample, field: string): MedicalImage {
  const value = sample.fields[field];
  if (isImage(value)) return value;
  throw new TomoError(
    "TOMO_FIELD_NOT_IMAGE",
    `field "${field}" holds ${describe(value)}, not a loaded image`,
    {
      where: { case: sample.caseId, field },
      expected: "an image: a loader such as LoadNifti must come first",
      hint:
        value === undefined
          ? `the sample has the fields ${Object.keys(sample.fields).join(", ")}`
          : undefined,
    },
  );
}

function mapFields(
  sample: Sample,
  fields: readonly string[],
  map: (image: MedicalImage) => MedicalImage,
): Sample {
  return withFields(sample, Object.fromEntries(fields.map((field) => [field, map(imageOf(sample, field))])));
}

const describe = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "string" ? `the path ${value}` : JSON.stringify(value);
