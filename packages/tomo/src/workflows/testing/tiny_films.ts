import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "../../io/png/testing/encode_png.ts";
import { temporaryFolder } from "../../testing/temporary_folder.ts";
import type { TinyMmar } from "./tiny_mmar.ts";

const side = 40;

/** A film whose left half is bright for the first label, and which has a bright spot for the second. */
export function tinyFilm(n: number, [left, spot]: readonly number[]): Buffer {
  const [width, height] = [side + (n % 3), side - (n % 2)];
  const samples = Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const half = left === 1 && x < side / 2 ? 1500 : 0;
    const disc = spot === 1 && Math.hypot(x - 28, y - 20) < 6 ? 2000 : 0;
    return Math.round(1000 + half + disc + 150 * Math.sin(x * 12.9898 + y * 78.233 + n));
  });
  return encodePng({ width, height, bitDepth: 16, colourType: 0, samples });
}

const load = [{ name: "LoadPng", args: { fields: ["image"] } }];
const shape = { name: "ScaleToShape", args: { fields: ["image"], target_shape: [64, 64] } };
const finish = [
  { name: "ConvertToChannelsLast", args: { fields: "image" } },
  { name: "RepeatChannel", args: { fields: "image", repeat_times: 3 } },
  {
    name: "CenterData",
    args: { fields: "image", subtrahend: [1500, 1500, 1500], divisor: [900, 900, 900] },
  },
];
const pipeline = (key: string) => ({
  name: "ClassificationImagePipeline",
  args: {
    data_list_file_path: "{DATASET_JSON}",
    data_file_base_dir: "{DATA_ROOT}",
    data_list_key: key,
    output_crop_size: [64, 64],
    output_data_format: "channels_last",
    output_batch_size: 4,
    output_image_channels: 3,
    num_workers: 0,
    prefetch_size: 0,
  },
});

/** The seed's chest X-ray config in small; a function, so that tests can change a copy. */
export const tinyFilmTrainConfig = () => ({
  epochs: 2,
  learning_rate: 1e-3,
  determinism: { python_seed: "1", random_seed: 2, numpy_seed: 3, tf_seed: 4 },
  train: {
    model: { name: "DenseNet121", args: { weight_decay: 1e-5, data_format: "channels_last" } },
    loss: { name: "BinaryClassificationLoss" },
    optimizer: { name: "Adam" },
    pre_transforms: [
      ...load,
      {
        name: "CropRandomSizeWithDisplacement",
        args: { lower_size: [0.9, 0.9], fields: "image", max_displacement: 200 },
      },
      shape,
      { name: "RandomRotate2D", args: { fields: ["image"], angle: 7, is_random: true } },
      ...finish,
    ],
    aux_ops: [
      { name: "ComputeAccuracy", args: { tag: "accuracy", use_sigmoid: true } },
      {
        name: "ComputeBinaryPreds",
        args: { binary_preds_name: "binary_preds", binary_labels_name: "binary_labels" },
      },
    ],
    image_pipeline: pipeline("training"),
  },
  validate: {
    pre_transforms: [...load, shape, ...finish],
    metrics: [
      { name: "ComputeAverage", args: { name: "mean_accuracy", field: "accuracy" } },
      {
        name: "ComputeAUC",
        args: {
          name: "Average_AUC",
          field: "binary_preds",
          label_field: "binary_labels",
          auc_average: "macro",
          is_key_metric: true,
        },
      },
      {
        name: "ComputeAUC",
        args: { name: "Spot", class_index: 1, field: "binary_preds", label_field: "binary_labels" },
      },
    ],
    image_pipeline: pipeline("validation"),
    inferer: { name: "TFSimpleInferer" },
  },
});

export const tinyFilmValidationConfig = () => ({
  batch_size: 4,
  pre_transforms: [...load, shape, ...finish],
  post_transforms: [{ name: "ProcessMulticlassPreds", args: { field: "model" } }],
  writers: [
    { name: "WriteClassificationResult", args: { field: "model", write_path: "{MMAR_EVAL_OUTPUT_PATH}" } },
  ],
  label_transforms: [],
  val_metrics: [
    {
      name: "ComputeAUC",
      args: {
        name: "Average_AUC",
        field: "model",
        label_field: "label",
        auc_average: "macro",
        report_path: "{MMAR_EVAL_OUTPUT_PATH}",
      },
    },
    { name: "ComputeAUC", args: { name: "Left", class_index: 0, field: "model", label_field: "label" } },
    { name: "ComputeAUC", args: { name: "Spot", class_index: 1, field: "model", label_field: "label" } },
  ],
  inferer: { name: "TFSimpleInferer" },
  model_loader: { name: "CheckpointLoader", args: { checkpoint_dir: "{MMAR_CKPT_DIR}" } },
});

export const tinyLabels = (n: number): number[] => [n % 2, n % 3 === 0 ? 1 : 0];

/** An MMAR with 10 training and 6 validation films of about 40×40 pixels and two labels. */
export function tinyFilmMmar(): TinyMmar {
  const root = temporaryFolder();
  const data = join(root, "data");
  for (const folder of ["config", "data"]) mkdirSync(join(root, folder));
  const write = (name: string, content: unknown) =>
    writeFileSync(join(root, name), JSON.stringify(content, null, 2));
  const item = (n: number) => ({ image: `film_${n}.png`, label: tinyLabels(n) });
  for (let n = 0; n < 16; n++) writeFileSync(join(data, `film_${n}.png`), tinyFilm(n, tinyLabels(n)));
  const list = Array.from({ length: 16 }, (_, n) => item(n));
  write("data/dataset_0.json", {
    label_format: [1, 1],
    training: list.slice(0, 10),
    validation: list.slice(10),
  });
  write("config/environment.json", {
    DATA_ROOT: data,
    DATASET_JSON: join(data, "dataset_0.json"),
    MMAR_CKPT_DIR: "models",
    MMAR_EVAL_OUTPUT_PATH: "eval",
  });
  write("config/config_train.json", tinyFilmTrainConfig());
  write("config/config_validation.json", tinyFilmValidationConfig());
  return { root, write };
}
