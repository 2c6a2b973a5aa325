import { channelAxis, type ShapeFormat, shapeFormats, spatialRank } from "../../data/shape_format.ts";

/** What the numbers of a field mean, as far as it follows from the transforms. */
export type Values =
  | "intensity"
  /** Whole numbers, each a class. */
  | "class_index"
  /** 0 and 1. */
  | "mask"
  | "probability"
  | "logits"
  /** Output of a network whose final activation is not known: probability or logits. */
  | "output"
  /** Class indices that are none any more, since interpolation or noise made fractions of them. */
  | "blurred_classes"
  | "unknown";

/** Voxels along an axis: "varies" = differs from case to case, whatever the files are; null = not known. */
export type Length = number | "varies" | null;

/** What is known of an image before there is one. Every part has a value that says "not known". */
export interface ImageFacts {
  readonly holds: "image";
  /** Layouts that it may have, one at least; all twelve = not known. */
  readonly formats: readonly ShapeFormat[];
  readonly channels: number | null;
  /** One entry a spatial axis, in file order; null = not known, not even how many. */
  readonly size: readonly Length[] | null;
  readonly values: Values;
  /** Element type is a whole-number one. */
  readonly integers: boolean | null;
  /** Of class indices: how many classes there can be. Left out = not known. */
  readonly classes?: number;
  /** Of a mask: the class that it was made of. Left out = not known, or of none. */
  readonly classOf?: number;
  /**
   * At most `count` different values in a channel of a patch, besides 0; `whole`: they are whole numbers. Null = not known. Says how
   * little memory a cache needs.
   */
  readonly levels: { readonly count: number; readonly whole: boolean } | null;
  /** Whether it knows its place in the world. */
  readonly affine: boolean | null;
  /** Entries of the batch axis that a transform made; null without one, or when not known. */
  readonly patches: number | null;
  /**
   * Name of the voxel grid: two images of a case with the same name lie on one grid, with different names they do not.
   * Null = not known.
   */
  readonly grid: string | null;
  /** Grid that the image was loaded with. */
  readonly loadedGrid: string | null;
}

/** A path or a list of paths that a loader can read. */
export interface PathFacts {
  readonly holds: "path";
  /** 1 = a single path, n = a list of n paths; null = not known. */
  readonly files: number | null;
  /** The paths of one case, whose headers the loader's effect then looks at. */
  readonly paths: readonly string[] | null;
}

/** A number or a list of numbers: labels and predictions of a classification. */
export interface NumbersFacts {
  readonly holds: "numbers";
  readonly values: Values;
  readonly length: number | null;
}

export interface UnknownFacts {
  readonly holds: "unknown";
}

export type FieldFacts = ImageFacts | PathFacts | NumbersFacts | UnknownFacts;

/** What is known of a sample at one point of the chain. */
export interface SampleFacts {
  readonly fields: ReadonlyMap<string, FieldFacts>;
  /** There may be other fields: the datalist could not be read, or a transform that declares nothing ran. */
  readonly open: boolean;
}

export const unknown: UnknownFacts = { holds: "unknown" };

export const unknownImage: ImageFacts = {
  holds: "image",
  formats: shapeFormats,
  channels: null,
  size: null,
  values: "unknown",
  integers: null,
  levels: null,
  affine: null,
  patches: null,
  grid: null,
  loadedGrid: null,
};

/** Images of this sample as a loader gives them: one grid, which the files share. */
export const loadedImage = (facts: Partial<ImageFacts>): ImageFacts => ({
  ...unknownImage,
  integers: false,
  grid: "file",
  loadedGrid: "file",
  ...facts,
});

export const withFacts = (
  sample: SampleFacts,
  fields: Readonly<Record<string, FieldFacts>>,
): SampleFacts => ({
  ...sample,
  fields: new Map([...sample.fields, ...Object.entries(fields)]),
});

/** The image with those of its layouts that `fits` allows; null when none is left. */
export function narrowed(image: ImageFacts, fits: (format: ShapeFormat) => boolean): ImageFacts | null {
  const formats = image.formats.filter(fits);
  return formats.length === 0 ? null : { ...image, formats };
}

/** Numbers of spatial axes that it may have. */
export const ranksOf = ({ formats }: ImageFacts): readonly number[] => [...new Set(formats.map(spatialRank))];

/** Whether it certainly has no channel axis, certainly has one (`first`, `last`), or null. */
export function channelPlace({ formats }: ImageFacts): "none" | "first" | "last" | null {
  const places = new Set(formats.map(placeIn));
  return places.size === 1 ? [...places][0]! : null;
}

export const placeIn = (format: ShapeFormat): "none" | "first" | "last" =>
  channelAxis(format) < 0 ? "none" : format.endsWith("C") ? "last" : "first";

/** `CDHW`, `HW or HWC`; empty where nothing is known. */
export const formatsText = ({ formats }: ImageFacts): string =>
  formats.length > 4 ? "" : formats.join(" or ");

/** What the values of a field are, in words. */
export const valuesText: Readonly<Record<Values, string>> = {
  intensity: "intensities",
  class_index: "class indices",
  mask: "a mask of 0 and 1",
  probability: "probabilities",
  logits: "logits",
  output: "the network's output",
  blurred_classes: "class indices that were interpolated",
  unknown: "values of an unknown kind",
};

/** Whether the values are those of a network, not of a label. */
export const isOutput = (values: Values): boolean =>
  values === "probability" || values === "logits" || values === "output";

/** Without a word on how many different values there are: effects of users' components do not keep that up. */
export const withoutLevels = ({ open, fields }: SampleFacts): SampleFacts => ({
  open,
  fields: new Map(
    Array.from(fields, ([name, facts]): [string, FieldFacts] => [
      name,
      facts.holds === "image" ? { ...facts, levels: null } : facts,
    ]),
  ),
});
