import { checkpointLoader, component, determinism, listArgs, reported } from "./decision.ts";
import { plainNames } from "./plain_names.ts";
import type { SegmentationPlan } from "./segmentation_plan.ts";

const load = (fields: string | readonly string[], { canonical }: SegmentationPlan) => [
  component("LoadNifti", { fields, ...(canonical ? { as_closest_canonical: true } : {}) }),
  component("ConvertToChannelsFirst", { fields }),
];

const scaled = ({ window }: SegmentationPlan) =>
  window === null
    ? component("NormalizeNonzeroIntensities", { fields: "image" })
    : component("ScaleIntensityRange", {
        fields: "image",
        a_min: window[0],
        a_max: window[1],
        b_min: 0,
        b_max: 1,
        clip: true,
      });

const cropped = ({ whole, size, batch }: SegmentationPlan) =>
  whole
    ? component("CropSubVolumeCenter", { fields: ["image", "label"], size })
    : component("FastCropByPosNegRatio", {
        fields: "image",
        label_field: "label",
        size,
        pos: 1,
        neg: 1,
        batch_size: batch,
      });

const jittered = ({ window }: SegmentationPlan) =>
  window === null
    ? component("ScaleShiftIntensity", { fields: "image", scale: 0.1, shift: 0.1 })
    : component("ScaleIntensityOscillation", { fields: "image", magnitude: 0.05 });

function model({ model: name, classNames }: SegmentationPlan) {
  const args = { num_classes: classNames.length, final_activation: "softmax" };
  return name === "SegResnet"
    ? component(name, { ...args, init_filters: 8 })
    : component(name, { ...args, if_use_psp: false, plane: "z", n_spatial_dim: 3 });
}

export function segmentationTraining(plan: SegmentationPlan): object {
  const { size, whole, batch, channels, workers, cached, cases } = plan;
  return {
    epochs: plan.epochs,
    num_training_epoch_per_valid: plan.every,
    learning_rate: 1e-3,
    multi_gpu: false,
    determinism,
    use_amp: false,
    dynamic_input_shape: true,
    train: {
      loss: component("CrossEntropyDice", { skip_background: true, squared_pred: true }),
      optimizer: component("Adam"),
      lr_policy: component("DecayOnStep", { decay_ratio: 0.5, decay_freq: plan.decay }),
      model: model(plan),
      pre_transforms: [...load(["image", "label"], plan), scaled(plan), cropped(plan), jittered(plan)],
      image_pipeline: component("SegmentationImagePipelineWithCache", {
        ...listArgs("training"),
        output_crop_size: size,
        output_image_channels: channels,
        output_batch_size: batch,
        ...(whole ? {} : { batched_by_transforms: true }),
        num_workers: workers,
        prefetch_size: 2,
        num_cache_objects: cached,
        replace_percent: cached < cases ? 0.25 : 0,
      }),
    },
    validate: {
      metrics: [
        component("ComputeAverageDice", {
          name: "mean_dice",
          is_key_metric: true,
          field: "model",
          label_field: "label",
        }),
      ],
      pre_transforms: [...load(["image", "label"], plan), scaled(plan)],
      image_pipeline: component("SegmentationImagePipeline", {
        ...listArgs("validation"),
        output_crop_size: [-1, -1, -1],
        output_image_channels: channels,
        output_batch_size: 1,
        num_workers: workers,
        prefetch_size: 2,
      }),
      inferer: component("TFScanWindowInferer", { roi_size: size }),
    },
  };
}

export function segmentationValidation(plan: SegmentationPlan): object {
  const names = plainNames(plan.classNames.map((name) => name.toLowerCase()));
  const split = (field: string, prefix: string) =>
    component("SplitBasedOnLabel", { field, label_names: names.map((name) => `${prefix}_${name}`) });
  return {
    batch_size: 1,
    pre_transforms: [...load("image", plan), scaled(plan)],
    post_transforms: [
      component("ArgmaxAcrossChannels", { fields: "model" }),
      split("model", "pred"),
      component("CopyProperties", { fields: ["model"], from_field: "image", properties: ["affine"] }),
    ],
    writers: [
      component("WriteNifti", {
        field: "model",
        dtype: "uint8",
        write_path: "{MMAR_EVAL_OUTPUT_PATH}",
        ...(plan.canonical ? { revert_canonical: true } : {}),
      }),
    ],
    label_transforms: [...load("label", plan), split("label", "label")],
    val_metrics: names.slice(1).map((name) =>
      component("ComputeAverageDice", {
        name: `dice_${name}`,
        field: `pred_${name}`,
        label_field: `label_${name}`,
        ...reported,
      }),
    ),
    inferer: component("TFScanWindowInferer", { roi_size: plan.size, batch_size: 1 }),
    model_loader: checkpointLoader,
  };
}
