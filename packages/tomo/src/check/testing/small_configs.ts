import { testMmar } from "../../config/testing/mmar.ts";
import { checkMmar } from "../check_mmar.ts";
import type { Found } from "./faults/run.ts";

type Named = { readonly name: string; readonly args?: object };

export const load = (...fields: string[]): Named[] => [
  { name: "LoadNifti", args: { fields } },
  { name: "ConvertToChannelsFirst", args: { fields } },
];
export const flip = (...fields: string[]): Named => ({ name: "RandomSpatialFlip", args: { fields } });
export const crop = (size: readonly number[], ...fields: string[]): Named => ({
  name: "CropFixedSizeRandomCenter",
  args: { fields, size },
});
export const posNeg = (size: readonly number[], patches: number): Named => ({
  name: "FastCropByPosNegRatio",
  args: { fields: "image", label_field: "label", size, pos: 1, neg: 1, batch_size: patches },
});

const pipeline = (key: string, size: readonly number[], more: object, name: string): Named => ({
  name,
  args: {
    data_list_file_path: "{DATASET_JSON}",
    data_file_base_dir: "{DATA_ROOT}",
    data_list_key: key,
    output_crop_size: size,
    ...more,
  },
});

export interface TrainParts {
  readonly model?: Named;
  readonly loss?: Named;
  readonly pre?: readonly Named[];
  readonly validatePre?: readonly Named[];
  readonly size?: readonly number[];
  readonly pipeline?: object;
  readonly pipelineName?: string;
  readonly validatePipelineName?: string;
  readonly batchTransforms?: readonly Named[];
  readonly auxOps?: readonly Named[];
  readonly metrics?: readonly Named[];
  readonly inferer?: Named;
}

/** A training config that is right as it is; a segmentation of volumes unless parts say otherwise. */
export function trainConfig(parts: TrainParts = {}): object {
  const size = parts.size ?? [32, 32, 32];
  const pre = parts.pre ?? [...load("image", "label"), crop(size, "image", "label")];
  return {
    epochs: 10,
    learning_rate: 0.001,
    dynamic_input_shape: true,
    train: {
      loss: parts.loss ?? { name: "Dice" },
      model: parts.model ?? { name: "SegResnet", args: { num_classes: 2 } },
      pre_transforms: pre,
      image_pipeline: pipeline(
        "training",
        size,
        { output_batch_size: 2, ...parts.pipeline },
        parts.pipelineName ?? "SegmentationImagePipeline",
      ),
      batch_transforms: parts.batchTransforms ?? [],
      aux_ops: parts.auxOps ?? [],
    },
    validate: {
      metrics: parts.metrics ?? [
        { name: "ComputeAverageDice", args: { name: "dice", field: "model", is_key_metric: true } },
      ],
      pre_transforms: parts.validatePre ?? load("image", "label"),
      image_pipeline: pipeline(
        "validation",
        size.map(() => -1),
        { output_batch_size: 1, ...(parts.validatePipelineName === undefined ? {} : parts.pipeline) },
        parts.validatePipelineName ??
          parts.pipelineName?.replace("WithCache", "") ??
          "SegmentationImagePipeline",
      ),
      inferer: parts.inferer ?? { name: "TFScanWindowInferer", args: { roi_size: size } },
    },
  };
}

export interface SmallMmar {
  readonly train?: unknown;
  readonly validation?: unknown;
  /** Entries of the datalist; the files need not exist. */
  readonly datalist?: unknown;
  readonly environment?: object;
}

/** What the check finds in an MMAR of these configs, as `CODE path`; that files are absent is left out. */
export function findingsOf({ train, validation, datalist, environment }: SmallMmar): Found[] {
  const mmar = testMmar({
    "config/environment.json": { DATA_ROOT: "data", DATASET_JSON: "list.json", ...environment },
    ...(train === undefined ? {} : { "config/config_train.json": train }),
    ...(validation === undefined ? {} : { "config/config_validation.json": validation }),
    ...(datalist === undefined ? {} : { "list.json": datalist }),
  });
  try {
    const files = checkMmar({ mmar: mmar.root, cwd: mmar.root });
    const found: Found[] = files.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    return found.filter(({ code }) => code !== "TOMO_DATA_ABSENT");
  } finally {
    mmar.remove();
  }
}
