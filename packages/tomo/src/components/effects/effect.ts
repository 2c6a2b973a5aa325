import type { WarningCode } from "../../config/warnings.ts";
import type { ErrorCode } from "../../errors/catalogue.ts";
import { didYouMean, nearest } from "../../errors/nearest.ts";
import type { TomoError } from "../../errors/tomo_error.ts";
import type { Network } from "../contracts.ts";
import {
  type FieldFacts,
  type ImageFacts,
  type SampleFacts,
  unknown,
  unknownImage,
  withFacts,
} from "./facts.ts";

/**
 * What a component with certain arguments does to what is known of a sample, or asks of it, without a sample: the
 * static check runs these instead of the components. A component that declares no effect is taken to do anything, and
 * what follows from it is not known.
 */
export interface Effects {
  transforms: SampleEffect;
  models: (data: DataFacts) => NetworkFacts;
  losses: (stage: LossStage, context: EffectContext) => void;
  /** Returns what it knows of its outputs. */
  aux_ops: (stage: LossStage, context: EffectContext) => Readonly<Record<string, FieldFacts>>;
  metrics: (sample: SampleFacts, context: EffectContext) => void;
  writers: (sample: SampleFacts, context: EffectContext) => void;
  optimizers: never;
  lr_policies: never;
  image_pipelines: never;
  inferers: never;
  model_loaders: never;
  handlers: never;
}

export type SampleEffect = (sample: SampleFacts, context: EffectContext) => SampleFacts;
/** Of one of the fields that the argument `fields` names. */
export type ImageEffect = (image: ImageFacts, context: FieldEffectContext) => ImageFacts;

export interface EffectContext {
  /** Something that goes wrong with every sample. */
  readonly error: (fault: EffectFault) => void;
  /** Something odd that does not stop a run. */
  readonly warn: (fault: EffectFault<WarningCode>) => void;
  /** A file whose header was looked at and cannot be read. */
  readonly unreadable: (error: TomoError) => void;
  /** Different for every transform of a config: the name of a random grid. */
  readonly key: string;
  /** Whether a field is an image or a label, by its name and by what names it as label_field. */
  readonly role: (field: string) => "image" | "label" | null;
  /** Null in segmentation, and when it is not known. */
  readonly labelFormat: readonly number[] | null;
}

export interface FieldEffectContext extends EffectContext {
  readonly field: string;
}

/** A fault as an effect sees it; the check adds the place. */
export interface EffectFault<Code = ErrorCode> {
  readonly code: Code;
  readonly message: string;
  /** The argument it is about, with the entry of a list; left out: the component as a whole. */
  readonly argument?: readonly (string | number)[];
  /** Where the argument is one of the model's: what mends the fault stands there. */
  readonly of?: "model";
  readonly expected?: string;
  readonly hint?: string;
  /** Field and part of its facts whose last change is to blame, so that the message can name the transform. */
  readonly blame?: { readonly field: string; readonly part: keyof ImageFacts };
  /** Whether the fault is mended where that transform names its fields. */
  readonly mendedThere?: boolean;
  /** Two fields that lay on one grid once: the place of the fault is the transform that parted them. */
  readonly parted?: readonly [string, string];
}

/** What a network needs to know of the data before it says what it is. */
export interface DataFacts {
  readonly spatialDims: number;
  readonly labelFormat: readonly number[] | null;
}

/** A network without its weights; also a part of the built one. */
export interface NetworkFacts extends Pick<Network, "finalActivation" | "dataFormat" | "checkSize"> {
  /** Null where it follows from a label format that is not known. */
  readonly outChannels: number | null;
  /** Number of spatial axes that its arguments fix; null = as the data has. */
  readonly axes: number | null;
}

/** What a loss or an aux-op gets. */
export interface LossStage {
  /** Null when the model declares nothing. */
  readonly network: NetworkFacts | null;
  readonly label: FieldFacts;
}

/**
 * The image that a field holds; null after an error, and where nothing is known.
 * @param argument The argument that names the field, with the entry of a list
 */
export function imageFacts(
  sample: SampleFacts,
  field: string,
  argument: readonly (string | number)[],
  context: EffectContext,
): ImageFacts | null {
  const facts = factsOf(sample, field, argument, context);
  if (facts.holds === "image") return facts;
  if (facts.holds === "path")
    context.error({
      code: "TOMO_NOT_LOADED",
      message: `the field "${field}" still holds a path here`,
      argument,
      expected: "a loaded image",
      hint: `put a loader such as LoadNifti before it, with "${field}" among its fields`,
    });
  else if (facts.holds === "numbers")
    context.error({
      code: "TOMO_FIELD_KIND",
      message: `the field "${field}" holds numbers, not an image`,
      argument,
      hint: "labels of a classification are numbers in the datalist and need no transform",
    });
  return null;
}

/** What a field holds; an error where nothing makes it. */
export function factsOf(
  sample: SampleFacts,
  field: string,
  argument: readonly (string | number)[],
  context: EffectContext,
): FieldFacts {
  const facts = sample.fields.get(field);
  if (facts !== undefined) return facts;
  if (!sample.open) {
    const known = [...sample.fields.keys()];
    context.error({
      code: "TOMO_UNKNOWN_FIELD",
      message: `nothing makes the field "${field}"`,
      argument,
      expected: known.length === 0 ? undefined : `one of ${known.join(", ")}`,
      hint: didYouMean(field, known) ?? "fields come from the datalist and from transforms further up",
    });
  }
  return unknown;
}

/** What is not known after a fault about a field: itself, and the one that its name was probably meant to be. */
export function lost({ fields, open }: SampleFacts, field: string): Readonly<Record<string, FieldFacts>> {
  const meant = fields.has(field) || open ? undefined : nearest(field, fields.keys());
  return { [field]: unknown, ...(meant === undefined ? {} : { [meant]: unknown }) };
}

/** The effect of a transform that maps each image of the argument `fields` by itself. */
export const onFields =
  (fields: readonly string[], effect: ImageEffect, argument = "fields"): SampleEffect =>
  (sample, context) =>
    fields.reduce((result, field, n) => {
      const image = imageFacts(result, field, [argument, n], context);
      const made = image === null ? lost(result, field) : { [field]: effect(image, { ...context, field }) };
      return withFacts(result, made);
    }, sample);

/** Any image comes out, whatever went in: what a transform of images does that declares nothing. */
export const anyImage: ImageEffect = () => unknownImage;

export const keeps: ImageEffect = (image) => image;
