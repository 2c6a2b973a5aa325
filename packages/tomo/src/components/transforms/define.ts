import type { MedicalImage } from "../../data/medical_image.ts";
import type { RandomStream } from "../../data/random.ts";
import { isImage, type Sample, withFields } from "../../data/sample.ts";
import { TomoError, type Where } from "../../errors/tomo_error.ts";
import type { TransformContext } from "../contracts.ts";
import { type ArgShape, type ArgsOf, type Component, type ComponentInput, define } from "../define.ts";

type Described<Shape extends ArgShape> = Omit<ComponentInput<"transforms", Shape>, "build" | "random">;

/** What a transform of single images knows besides the image: who it is, for errors, and whom to warn. */
export interface FieldContext {
  readonly where: Where & { readonly case: string; readonly field: string };
  /** The message is prefixed with case and field. */
  readonly warn: (message: string) => void;
}

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
    image: (args: ArgsOf<Shape>, image: MedicalImage, context: FieldContext) => MedicalImage;
  },
): Component<"transforms", Shape> {
  const { image, ...rest } = input;
  return defineTransform({
    ...rest,
    apply: (args, sample, context) =>
      mapFields(sample, args.fields as string[], context, (value, at) => image(args, value, at)),
  });
}

/**
 * A random transform: `draw` is called once a sample, and every field gets the same draw.
 * `draw` sees the first field, so that it can depend on sizes.
 */
export function defineRandomTransform<Shape extends ArgShape & { fields: ArgShape[string] }, Draw>(
  input: Described<Shape> & {
    random?: boolean | ((args: ArgsOf<Shape>) => boolean);
    draw: (args: ArgsOf<Shape>, random: RandomStream, first: MedicalImage, context: FieldContext) => Draw;
    image: (args: ArgsOf<Shape>, draw: Draw, image: MedicalImage, context: FieldContext) => MedicalImage;
  },
): Component<"transforms", Shape> {
  const { draw, image, ...rest } = input;
  return defineTransform({
    random: true,
    ...rest,
    apply: (args, sample, context) => {
      const fields = args.fields as string[];
      const drawn = inField(sample, fields[0]!, context, (first, at) =>
        draw(args, context.random, first, at),
      );
      return mapFields(sample, fields, context, (value, at) => image(args, drawn, value, at));
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

/** The sample with `map` applied to the images of the given fields. */
export const mapFields = (
  sample: Sample,
  fields: readonly string[],
  context: TransformContext,
  map: (image: MedicalImage, context: FieldContext) => MedicalImage,
): Sample =>
  withFields(sample, Object.fromEntries(fields.map((field) => [field, inField(sample, field, context, map)])));

/** Runs `use` on the image of a field; whatever it throws comes out as a TomoError with case and field. */
export function inField<T>(
  sample: Sample,
  field: string,
  { warn }: Pick<TransformContext, "warn">,
  use: (image: MedicalImage, context: FieldContext) => T,
): T {
  const image = imageOf(sample, field);
  return atField(sample, field, () =>
    use(image, {
      where: { case: sample.caseId, field },
      warn: (message) => warn(`case ${sample.caseId}, field ${field}: ${message}`),
    }),
  );
}

/** Runs `body`; whatever it throws comes out as a TomoError with case and field. */
export function atField<T>(sample: Sample, field: string, body: () => T): T {
  const where = { case: sample.caseId, field };
  try {
    return body();
  } catch (error) {
    if (!(error instanceof TomoError))
      throw new TomoError("TOMO_TRANSFORM_FAILED", messageOf(error), { where, cause: error });
    const { code, message, given, expected, hint, cause } = error;
    throw new TomoError(code, message, { where: { ...where, ...error.where }, given, expected, hint, cause });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const describe = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "string" ? `the path ${value}` : JSON.stringify(value);
