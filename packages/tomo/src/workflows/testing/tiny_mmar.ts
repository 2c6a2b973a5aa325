import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeNifti } from "../../io/nifti/write.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";

const side = 20;
const affine = [1.5, 0, 0, -10, 0, 1.5, 0, 5, 0, 0, 2, 30, 0, 0, 0, 1];

/** A noisy volume with a bright ball, whose place depends on n; the ball is class 1. */
function writeCase(folder: string, n: number): void {
  const image = new Int16Array(side ** 3);
  const label = new Uint8Array(side ** 3);
  const centre = [7 + (n % 3) * 3, 8 + (n % 2) * 4, 10];
  for (let at = 0; at < side ** 3; at++) {
    const place = [at % side, Math.floor(at / side) % side, Math.floor(at / side ** 2)];
    const inside = Math.hypot(...place.map((value, axis) => value - centre[axis]!)) < 5;
    label[at] = inside ? 1 : 0;
    image[at] = (inside ? 120 : 0) + Math.round(20 * Math.sin(at * 12.9898 + n));
  }
  const shape = [side, side, side];
  writeNifti(join(folder, `image_${n}.nii.gz`), { shape, data: image, affine });
  writeNifti(join(folder, `label_${n}.nii.gz`), { shape, data: label, affine });
}

const load = (fields: readonly string[]) => [
  { name: "LoadNifti", args: { fields } },
  { name: "ConvertToChannelsFirst", args: { fields } },
];
const scale = {
  name: "ScaleIntensityRange",
  args: { fields: "image", a_min: -20, a_max: 140, b_min: 0, b_max: 1, clip: true },
};
const pipeline = (name: string, key: string, size: readonly number[], more: object) => ({
  name,
  args: {
    data_list_file_path: "{DATASET_JSON}",
    data_file_base_dir: "{DATA_ROOT}",
    data_list_key: key,
    output_crop_size: size,
    ...more,
  },
});

/** The training config of the tiny MMAR; a function, so that tests can change a copy. */
export const tinyTrainConfig = () => ({
  epochs: 2,
  num_training_epoch_per_valid: 1,
  learning_rate: 0.01,
  determinism: { python_seed: "1", random_seed: 2, numpy_seed: 3, tf_seed: 4 },
  dynamic_input_shape: true,
  train: {
    loss: { name: "Dice" },
    optimizer: { name: "Adam" },
    lr_policy: { name: "DecayOnStep", args: { decay_ratio: 0.5, decay_freq: 100 } },
    model: {
      name: "SegResnet",
      args: { num_classes: 2, init_filters: 8, blocks_down: "1,1", blocks_up: "1" },
    },
    pre_transforms: [
      ...load(["image", "label"]),
      scale,
      {
        name: "FastCropByPosNegRatio",
        args: { size: [16, 16, 16], fields: "image", label_field: "label", pos: 1, neg: 1, batch_size: 2 },
      },
      { name: "RandomAxisFlip", args: { fields: ["image", "label"], probability: 0.5 } },
    ],
    image_pipeline: pipeline("SegmentationImagePipelineWithCache", "training", [16, 16, 16], {
      output_batch_size: 2,
      batched_by_transforms: true,
      num_workers: 0,
      prefetch_size: 0,
      num_cache_objects: 3,
      replace_percent: 0.34,
    }),
    handlers: [{ name: "StatsHandler" }],
  },
  validate: {
    metrics: [
      {
        name: "ComputeAverageDice",
        args: { name: "mean_dice", is_key_metric: true, field: "model", label_field: "label" },
      },
    ],
    pre_transforms: [...load(["image", "label"]), scale],
    image_pipeline: pipeline("SegmentationImagePipeline", "validation", [-1, -1, -1], {
      output_batch_size: 1,
      num_workers: 0,
    }),
    inferer: { name: "TFScanWindowInferer", args: { roi_size: [16, 16, 16] } },
  },
});

export const tinyValidationConfig = () => ({
  batch_size: 1,
  pre_transforms: [...load(["image"]), scale],
  post_transforms: [
    { name: "ArgmaxAcrossChannels", args: { fields: "model" } },
    { name: "SplitBasedOnLabel", args: { field: "model", label_names: ["pred_class0", "pred_class1"] } },
    {
      name: "CopyProperties",
      args: { fields: ["pred_class1", "model"], from_field: "image", properties: ["affine"] },
    },
  ],
  writers: ["model", "pred_class1"].map((field) => ({
    name: "WriteNifti",
    args: { field, dtype: "uint8", write_path: "{MMAR_EVAL_OUTPUT_PATH}" },
  })),
  label_transforms: [
    ...load(["label"]),
    { name: "SplitBasedOnLabel", args: { field: "label", label_names: ["label_class0", "label_class1"] } },
  ],
  val_metrics: [
    {
      name: "ComputeAverageDice",
      args: {
        name: "mean_dice",
        field: "pred_class1",
        label_field: "label_class1",
        report_path: "{MMAR_EVAL_OUTPUT_PATH}",
      },
    },
  ],
  inferer: { name: "TFScanWindowInferer", args: { roi_size: [16, 16, 16], batch_size: 3 } },
  model_loader: { name: "CheckpointLoader", args: { checkpoint_dir: "{MMAR_CKPT_DIR}" } },
});

export interface TinyMmar {
  readonly root: string;
  /** Replaces a file, given as JSON. */
  readonly write: (name: string, content: unknown) => void;
}

/** An MMAR with 4 training and 2 validation volumes of 20³ voxels, removed after the tests of the file. */
export function tinyMmar(): TinyMmar {
  const root = temporaryFolder();
  const data = join(root, "data");
  for (const folder of ["config", "data"]) mkdirSync(join(root, folder));
  const write = (name: string, content: unknown) =>
    writeFileSync(join(root, name), JSON.stringify(content, null, 2));
  for (let n = 0; n < 6; n++) writeCase(data, n);
  const item = (n: number) => ({ image: `image_${n}.nii.gz`, label: `label_${n}.nii.gz` });
  write("data/dataset_0.json", { training: [0, 1, 2, 3].map(item), validation: [4, 5].map(item) });
  write("config/environment.json", {
    DATA_ROOT: data,
    DATASET_JSON: join(data, "dataset_0.json"),
    MMAR_CKPT_DIR: "models",
    MMAR_EVAL_OUTPUT_PATH: "eval",
  });
  write("config/config_train.json", tinyTrainConfig());
  write("config/config_validation.json", tinyValidationConfig());
  return { root, write };
}
