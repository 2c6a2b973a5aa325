import type { Kind } from "../kinds.ts";
import type { Json } from "../source/json.ts";

/**
 * What Clara Train 3.x made of the configs of the Transfer Learning Toolkit, as data (clara-reference section 5).
 * EA is the first release of the Toolkit (arguments beside `name`), GA is 2.0 (arguments in `args`, old names).
 */

/** How a row is known. */
export type Evidence =
  /** NVIDIA's documentation of Clara Train 3.1. */
  | "documented"
  /** Comparison of a published 2.0 config with its published rewrite for 3.x. */
  | "pair"
  /** Follows from the other two. */
  | "inferred";

/** What becomes of one argument. */
export type ArgumentRule =
  | { readonly to: string }
  /** 3.x does without it, whatever its value; or only if it is one of `only`, for other values have no translation. */
  | { readonly drop: string; readonly only?: readonly Json[]; readonly otherwise?: string };

export interface ComponentRule {
  readonly kind: Kind;
  readonly old: string;
  readonly now: string;
  /** Where one old name became several: the argument that decides. Undefined as value: left out. */
  readonly when?: { readonly argument: string; readonly is: readonly (Json | undefined)[] };
  readonly args?: Readonly<Record<string, ArgumentRule>>;
  readonly why: string;
  readonly evidence: Evidence;
}

const shapeDriven = "3.x knows the layout of each image, so there is no such argument";
const pipelineArguments = {
  task: { drop: "the name of the pipeline says the task" },
  crop_size: { to: "output_crop_size" },
  data_format: { to: "output_data_format" },
  batch_size: { to: "output_batch_size" },
  num_channels: { to: "output_image_channels" },
  num_label_channels: { to: "output_label_channels" },
} as const;

/** One row a name. Rows whose name stays say that the component is the same in both. */
export const componentRules: readonly ComponentRule[] = [
  {
    kind: "transforms",
    old: "LoadNifty",
    now: "LoadNifti",
    why: "renamed",
    evidence: "documented",
  },
  { kind: "transforms", old: "LoadPng", now: "LoadPng", why: "the same", evidence: "documented" },
  {
    kind: "transforms",
    old: "VolumeTo4DArray",
    now: "ConvertToChannelsLast",
    when: { argument: "data_format", is: ["channels_last"] },
    args: { data_format: { drop: "the name says the layout" } },
    why: "named after its purpose, for 2-D and 3-D",
    evidence: "inferred",
  },
  {
    kind: "transforms",
    old: "VolumeTo4DArray",
    now: "ConvertToChannelsFirst",
    when: { argument: "data_format", is: ["channels_first", undefined] },
    args: { data_format: { drop: "the name says the layout" } },
    why: "named after its purpose, for 2-D and 3-D",
    evidence: "documented",
  },
  {
    kind: "transforms",
    old: "TransformVolumeCropROIFastPosNegRatio",
    now: "FastPosNegRatioCropROI",
    why: "renamed",
    evidence: "documented",
  },
  {
    kind: "transforms",
    old: "SymmetricPadderDiv",
    now: "SymmetricPadderDiv",
    why: "the same",
    evidence: "documented",
  },
  {
    kind: "transforms",
    old: "CropSubVolumeBatchPosNegRatio",
    now: "CropByPosNegRatio",
    when: { argument: "fast_crop", is: [false, undefined] },
    args: { fast_crop: { drop: "the name says it" } },
    why: "renamed; without fast_crop",
    evidence: "documented",
  },
  {
    kind: "transforms",
    old: "CropSubVolumeBatchPosNegRatio",
    now: "FastCropByPosNegRatio",
    when: { argument: "fast_crop", is: [true] },
    args: { fast_crop: { drop: "the name says it" } },
    why: "renamed; with fast_crop",
    evidence: "inferred",
  },
  {
    kind: "transforms",
    old: "CropSubVolumeRandomWithinBounds",
    now: "CropFixedSizeRandomCenter",
    why: "renamed",
    evidence: "pair",
  },
  {
    kind: "transforms",
    old: "CropSubVolumeCenter",
    now: "CropSubVolumeCenter",
    why: "the same",
    evidence: "pair",
  },
  {
    kind: "transforms",
    old: "FlipAxisRandom",
    now: "RandomSpatialFlip",
    args: {
      axis: {
        drop: "every spatial axis is flipped",
        only: [[0, 1, 2]],
        otherwise: "RandomSpatialFlip flips along every axis, RandomAxisFlip along one at random",
      },
    },
    why: "renamed; flips every spatial axis",
    evidence: "pair",
  },
  {
    kind: "transforms",
    old: "AugmentIntensityRandomScaleShift",
    now: "ScaleShiftIntensity",
    why: "renamed",
    evidence: "pair",
  },
  {
    kind: "transforms",
    old: "BratsConvertLabels",
    now: "ConvertToMultiChannelBasedOnBratsClasses",
    args: { classes: { to: "class_names" } },
    why: "renamed",
    evidence: "pair",
  },
  {
    kind: "transforms",
    old: "SplitAcrossChannels",
    now: "SplitAcrossChannels",
    args: { squeeze: { drop: "new fields keep a channel axis of one entry" } },
    why: "the same",
    evidence: "pair",
  },
  { kind: "lr_policies", old: "ReduceLRPoly", now: "ReducePoly", why: "renamed", evidence: "pair" },
  { kind: "metrics", old: "MetricAverage", now: "ComputeAverage", why: "renamed", evidence: "pair" },
  {
    kind: "metrics",
    old: "MetricAverageFromArrayDice",
    now: "ComputeAverageDice",
    why: "renamed",
    evidence: "pair",
  },
  {
    kind: "image_pipelines",
    old: "ImagePipeline",
    now: "SegmentationImagePipeline",
    when: { argument: "task", is: ["segmentation"] },
    args: pipelineArguments,
    why: "one pipeline a task; arguments that describe its output begin with output_",
    evidence: "pair",
  },
  {
    kind: "image_pipelines",
    old: "ImagePipeline",
    now: "ClassificationImagePipeline",
    when: { argument: "task", is: ["classification"] },
    args: pipelineArguments,
    why: "one pipeline a task; arguments that describe its output begin with output_",
    evidence: "inferred",
  },
  {
    kind: "inferers",
    old: "ScanWindowInferer",
    now: "TFScanWindowInferer",
    args: { is_channels_first: { drop: shapeDriven } },
    why: "renamed; without roi_size the window has the size that the network was trained with, as before",
    evidence: "pair",
  },
  {
    kind: "inferers",
    old: "SimpleInferer",
    now: "TFSimpleInferer",
    args: { is_channels_first: { drop: shapeDriven } },
    why: "renamed",
    evidence: "pair",
  },
  { kind: "writers", old: "NiftyWriter", now: "WriteNifti", why: "renamed", evidence: "pair" },
];

/** Words for an argument that changed in every component of a kind. */
export interface SharedArgumentRule {
  readonly kind: Kind;
  readonly old: string;
  readonly now: string;
  /** Components (new names) that call it otherwise. */
  readonly except?: Readonly<Record<string, string>>;
  readonly why: string;
  readonly evidence: Evidence;
}

export const sharedArgumentRules: readonly SharedArgumentRule[] = [
  {
    kind: "transforms",
    old: "applied_key",
    now: "fields",
    except: {
      SplitAcrossChannels: "field",
      SplitBasedOnLabel: "field",
      SplitBasedOnBratsClasses: "field",
      RestoreOriginalShape: "field",
      ProcessMulticlassPreds: "field",
    },
    why: "transforms name their fields by fields, or by field where there is only one",
    evidence: "pair",
  },
  { kind: "metrics", old: "applied_key", now: "field", why: "renamed", evidence: "pair" },
  { kind: "metrics", old: "label_key", now: "label_field", why: "renamed", evidence: "pair" },
  { kind: "metrics", old: "stopping_metric", now: "is_key_metric", why: "renamed", evidence: "pair" },
  { kind: "writers", old: "applied_key", now: "field", why: "renamed", evidence: "pair" },
];

/** Arguments of EA that stood outside of their component. */
export interface OutsideRule {
  readonly parameter: string;
  readonly from: readonly (readonly string[])[];
  readonly section: readonly [string, string];
  /** Components that take it. */
  readonly takenBy: readonly string[];
  readonly why: string;
  readonly evidence: Evidence;
}

export const outsideRules: readonly OutsideRule[] = [
  {
    parameter: "num_classes",
    from: [[], ["train"]],
    section: ["train", "model"],
    takenBy: ["SegAhnet", "SegResnet", "Unet", "UnetParallel", "Alexnet"],
    why: "an argument of the model",
    evidence: "documented",
  },
];

/** Sections that were renamed: inside `train`. */
export const sectionRule = {
  section: "train",
  old: "metrics",
  now: "aux_ops",
  why: "what adds operations to the training graph is an aux-op; metrics belong to validate",
  evidence: "pair",
} as const;

/** In 2.0 the outputs of a training metric had this prefix in validation; in 3.x they have the aux-op's own tag. */
export const validationPrefix = {
  prefix: "val_",
  why: "outputs of aux-ops have the aux-op's own tag in validation too",
  evidence: "pair",
} as const;

/** The first Toolkit could not give a metric its `name`, since that was the class. */
export const metricTag = {
  old: "tag",
  now: "name",
  why: "the name of a metric is an argument of its own",
  evidence: "documented",
} as const;

/** Where the task of a pipeline is not written out, the network tells it. */
export const taskOfModel: Readonly<Record<string, string>> = {
  SegAhnet: "segmentation",
  SegResnet: "segmentation",
  Unet: "segmentation",
  UnetParallel: "segmentation",
  DenseNet121: "classification",
  Alexnet: "classification",
};

/** Transforms that leave another grid than the file's, so that predictions must be brought back. */
export const resampling: readonly string[] = [
  "ScaleByResolution",
  "ScaleBySpacing",
  "ScaleByFactor",
  "ScaleToShape",
];
