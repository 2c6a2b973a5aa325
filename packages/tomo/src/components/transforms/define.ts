import type { MedicalImage } from "../../data/medical_image.ts";
import type { RandomStream } from "../../data/random.ts";
import { type Sample, withFields } from "../../data/sample.ts";
import { TomoError, type Where } from "../../errors/tomo_error.ts";
import type { Picks, TransformContext } from "../contracts.ts";
import { type ArgShape, type ArgsOf, type Component, type ComponentInput, define } from "../define.ts";
import { anyImage, type ImageEffect, onFields } from "../effects/effect.ts";
import { checkSameGrid } from "../effects/image_effects.ts";
import { imageOf } from "./image_of.ts";
import { requireSameGrid } from "./same_grid.ts";

type Described<Shape extends ArgShape> = Omit<
  ComponentInput<"transforms", Shape>,
  "build" | "random" | "effect"
>;

/** Of transforms that map each image of `fields` by itself. */
interface WithImageEffect<Shape extends ArgShape> {
  /** What the static check may know of an image afterwards; left out = nothing. */
  readonly effect?: (args: ArgsOf<Shape>) => ImageEffect;
}

/** What a transform of single images knows besides the image: who it is, for errors, and whom to warn. */
export interface FieldContext {
  readonly where: Where & { readonly case: string; readonly field: string };
  /** As TransformContext.warn: name the case in facts about a case, leave it out in facts about the config. */
  readonly warn: (message: string) => void;
}

/** A transform that works on whole samples, for loaders, croppers and everything that makes new fields. */
export function defineTransform<Shape extends ArgShape>(
  input: Described<Shape> & {
    random?: boolean | ((args: ArgsOf<Shape>) => boolean);
    /** As Component.effect. */
    effect?: ComponentInput<"transforms", Shape>["effect"];
    apply: (args: ArgsOf<Shape>, sample: Sample, context: TransformContext) => Sample;
    /** As Transform.verify. */
    verify?: (args: ArgsOf<Shape>, sample: Sample) => void;
    /** As Transform.picks. */
    picks?: (args: ArgsOf<Shape>) => Picks;
  },
): Component<"transforms", Shape> {
  const { apply, verify, picks, ...rest } = input;
  return define("transforms", {
    ...rest,
    build: (args) => ({
      apply: (sample, context) => apply(args, sample, context),
      verify: verify && ((sample) => verify(args, sample)),
      picks: picks?.(args),
    }),
  });
}

/** A deterministic transform that maps each image of `fields` by itself. */
export function defineImageTransform<Shape extends ArgShape & { fields: ArgShape[string] }>(
  input: Described<Shape> &
    WithImageEffect<Shape> & {
      image: (args: ArgsOf<Shape>, image: MedicalImage, context: FieldContext) => MedicalImage;
    },
): Component<"transforms", Shape> {
  const { image, effect = () => anyImage, ...rest } = input;
  return defineTransform({
    ...rest,
    effect: (args) => onFields(args.fields as string[], effect(args)),
    apply: (args, sample, context) =>
      mapFields(sample, args.fields as string[], context, (value, at) => image(args, value, at)),
  });
}

/**
 * A random transform: `draw` is called once a sample, and every field gets the same draw.
 * `draw` sees the first field, so that it can depend on sizes.
 */
export function defineRandomTransform<Shape extends ArgShape & { fields: ArgShape[string] }, Draw>(
  input: Described<Shape> &
    WithImageEffect<Shape> & {
      random?: boolean | ((args: ArgsOf<Shape>) => boolean);
      /** The fields are moved in space together, so they must have one spatial size. */
      spatial?: boolean;
      /** As Transform.picks. */
      picks?: (args: ArgsOf<Shape>) => Picks;
      draw: (args: ArgsOf<Shape>, random: RandomStream, first: MedicalImage, context: FieldContext) => Draw;
      image: (args: ArgsOf<Shape>, draw: Draw, image: MedicalImage, context: FieldContext) => MedicalImage;
    },
): Component<"transforms", Shape> {
  const { draw, image, spatial = false, effect = () => anyImage, ...rest } = input;
  return defineTransform({
    random: true,
    ...rest,
    effect: (args) => (sample, context) => {
      const fields = args.fields as string[];
      const together = spatial ? checkSameGrid(sample, fields, context) : sample;
      return onFields(fields, effect(args))(together, context);
    },
    apply: (args, sample, context) => {
      const fields = args.fields as string[];
      if (spatial) requireSameGrid(sample, fields, context.warn);
      const drawn = inField(sample, fields[0]!, context, (first, at) =>
        draw(args, context.random, first, at),
      );
      return mapFields(sample, fields, context, (value, at) => image(args, drawn, value, at));
    },
  });
}

/** The sample with `map` applied to the images of the given fields. */
export const mapFields = (
  sample: Sample,
  fields: readonly string[],
  context: TransformContext,
  map: (image: MedicalImage, context: FieldContext) => MedicalImage,
): Sample =>
  withFields(
    sample,
    Object.fromEntries(fields.map((field) => [field, inField(sample, field, context, map)])),
  );

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
      warn,
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
