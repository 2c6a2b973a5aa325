import { describe, expect, it } from "vitest";
import {
  crop,
  findingsOf,
  flip,
  load,
  posNeg,
  type SmallMmar,
  trainConfig,
} from "./testing/small_configs.ts";

const cases = (image: unknown, label: unknown) => ({
  training: [{ image, label }],
  validation: [{ image, label }],
});
const dice = (more: object = {}) => [
  { name: "ComputeAverageDice", args: { name: "dice", field: "model", is_key_metric: true, ...more } },
];
const films = {
  model: { name: "DenseNet121", args: { data_format: "channels_last" } },
  loss: { name: "BinaryClassificationLoss" },
  size: [64, 64],
  inferer: { name: "TFSimpleInferer" },
  pipelineName: "ClassificationImagePipeline",
  validatePipelineName: "ClassificationImagePipeline",
  pipeline: { output_data_format: "channels_last", output_image_channels: 3 },
};
const filmTransforms = [
  { name: "LoadPng", args: { fields: "image", as_rgb: true } },
  { name: "ScaleToShape", args: { fields: "image", target_shape: [64, 64] } },
];

/** Configs as Clara's users write them, all right: neither an error nor a warning may come of them. */
const clean: Readonly<Record<string, SmallMmar>> = {
  "a small segmentation": { train: trainConfig() },
  "patches of several volumes in a batch, merged": {
    train: trainConfig({
      pre: [...load("image", "label"), posNeg([32, 32, 32], 2)],
      batchTransforms: [{ name: "MergeBatchDims", args: { fields: ["image", "label"] } }],
    }),
  },
  "patches of one volume from a cache": {
    train: trainConfig({
      pre: [...load("image", "label"), posNeg([32, 32, 32], 3), flip("image", "label")],
      pipelineName: "SegmentationImagePipelineWithCache",
      pipeline: {
        batched_by_transforms: true,
        output_batch_size: 0,
        num_cache_objects: 4,
        replace_percent: 0.5,
      },
    }),
  },
  "four modalities, three overlapping classes with a channel each": {
    train: trainConfig({
      model: { name: "SegResnet", args: { num_classes: 3, final_activation: "sigmoid" } },
      loss: { name: "Dice", args: { is_onehot_targets: true } },
      pre: [
        { name: "LoadNifti", args: { fields: ["image", "label"] } },
        { name: "NormalizeNonzeroIntensities", args: { fields: "image" } },
        crop([32, 32, 32], "image", "label"),
        { name: "ScaleShiftIntensity", args: { fields: "image" } },
      ],
      validatePre: [
        { name: "LoadNifti", args: { fields: ["image", "label"] } },
        { name: "NormalizeNonzeroIntensities", args: { fields: "image" } },
      ],
      pipeline: { output_image_channels: 4, output_label_channels: 3 },
      metrics: dice({ is_one_hot_targets: true }),
    }),
    datalist: cases(["a.nii", "b.nii", "c.nii", "d.nii"], ["e.nii", "f.nii", "g.nii"]),
  },
  "one class with a sigmoid": {
    train: trainConfig({
      model: { name: "SegResnet", args: { num_classes: 1, final_activation: "sigmoid" } },
    }),
    validation: {
      pre_transforms: load("image"),
      post_transforms: [
        { name: "ThresholdValues", args: { fields: "model" } },
        { name: "CopyProperties", args: { fields: "model", from_field: "image" } },
      ],
      writers: [{ name: "WriteNifti", args: { field: "model", dtype: "uint8", write_path: "eval" } }],
      label_transforms: load("label"),
      val_metrics: [{ name: "ComputeAverageDice", args: { name: "dice", field: "model" } }],
      inferer: { name: "TFScanWindowInferer", args: { roi_size: [32, 32, 32] } },
      model_loader: { name: "CheckpointLoader", args: { checkpoint_dir: "{MMAR_CKPT_DIR}" } },
    },
  },
  "a 2-D segmentation of pictures, image and label resized each in its way": {
    train: trainConfig({
      size: [64, 64],
      pre: [
        { name: "LoadPng", args: { fields: ["image", "label"] } },
        { name: "ConvertToChannelsFirst", args: { fields: ["image", "label"] } },
        { name: "ScaleToShape", args: { fields: "image", target_shape: [64, 64] } },
        { name: "ScaleToShape", args: { fields: "label", target_shape: [64, 64], is_label: true } },
        { name: "RandomRotate2D", args: { fields: ["image", "label"], angle: 10, is_random: true } },
      ],
      validatePre: [
        { name: "LoadPng", args: { fields: ["image", "label"] } },
        { name: "ConvertToChannelsFirst", args: { fields: ["image", "label"] } },
        { name: "ScaleToShape", args: { fields: "image", target_shape: [64, 64] } },
        { name: "ScaleToShape", args: { fields: "label", target_shape: [64, 64], is_label: true } },
      ],
      pipeline: { output_data_dims: 2 },
    }),
  },
  "labels of 255 brought to 1": {
    train: trainConfig({
      pre: [
        ...load("image", "label"),
        { name: "ScaleIntensityRange", args: { fields: "label", a_min: 0, a_max: 255, b_min: 0, b_max: 1 } },
        crop([32, 32, 32], "image", "label"),
      ],
    }),
  },
  "an empty flip of the image alone": {
    train: trainConfig({
      pre: [
        ...load("image", "label"),
        { name: "RandomAxisFlip", args: { fields: "image", probability: 0 } },
        crop([32, 32, 32], "image", "label"),
      ],
    }),
  },
  "validation that refers to the transforms of training": {
    train: trainConfig({
      pre: [
        ...load("image", "label"),
        {
          name: "ScaleIntensityRange#ct",
          args: { fields: "image", a_min: 0, a_max: 99, b_min: 0, b_max: 1 },
        },
        crop([32, 32, 32], "image", "label"),
      ],
      validatePre: [{ ref: "LoadNifti" }, { ref: "ConvertToChannelsFirst" }, { ref: "ct" }] as never,
    }),
  },
  "predictions brought back to the grid of the file": {
    train: trainConfig({
      pre: [
        ...load("image", "label"),
        { name: "ScaleToShape", args: { fields: "image", target_shape: [64, 64, 64] } },
        { name: "ScaleToShape", args: { fields: "label", target_shape: [64, 64, 64], is_label: true } },
        crop([32, 32, 32], "image", "label"),
      ],
      validatePre: [
        ...load("image", "label"),
        { name: "ScaleToShape", args: { fields: "image", target_shape: [64, 64, 64] } },
        { name: "ScaleToShape", args: { fields: "label", target_shape: [64, 64, 64], is_label: true } },
      ],
    }),
    validation: {
      pre_transforms: [
        ...load("image"),
        { name: "ScaleToShape", args: { fields: "image", target_shape: [64, 64, 64] } },
      ],
      post_transforms: [
        { name: "ArgmaxAcrossChannels", args: { fields: "model" } },
        { name: "RestoreOriginalShape", args: { field: "model", src_field: "image", is_label: true } },
        { name: "SplitBasedOnLabel", args: { field: "model", label_names: ["p0", "p1"] } },
      ],
      writers: [{ name: "WriteNifti", args: { field: "model", dtype: "uint8", write_path: "eval" } }],
      label_transforms: [
        ...load("label"),
        { name: "SplitBasedOnLabel", args: { field: "label", label_names: ["l0", "l1"] } },
      ],
      val_metrics: [{ name: "ComputeAverageDice", args: { name: "dice", field: "p1", label_field: "l1" } }],
      inferer: { name: "TFScanWindowInferer", args: { roi_size: [32, 32, 32] } },
      model_loader: { name: "CheckpointLoader", args: { checkpoint_dir: "{MMAR_CKPT_DIR}" } },
    },
  },
  "a classification of three classes": {
    train: trainConfig({
      ...films,
      loss: { name: "MulticlassClassificationLoss" },
      pre: filmTransforms,
      validatePre: filmTransforms,
      auxOps: [
        { name: "ComputeMulticlassAccuracy", args: { tag: "accuracy" } },
        {
          name: "ComputeMulticlassPreds",
          args: { multiclass_preds_name: "preds", multiclass_labels_name: "labels" },
        },
      ],
      metrics: [
        { name: "ComputeAverage", args: { name: "acc", field: "accuracy" } },
        {
          name: "ComputeMulticlassAverage",
          args: { name: "auc", field: "preds", label_field: "labels", is_key_metric: true },
        },
      ],
    }),
    datalist: { label_format: [3], ...cases("a.png", [2]) },
  },
  "inference without labels": {
    validation: {
      output_infer_result: true,
      pre_transforms: load("image"),
      post_transforms: [
        { name: "ArgmaxAcrossChannels", args: { fields: "model" } },
        { name: "CopyProperties", args: { fields: "model", from_field: "image" } },
      ],
      writers: [{ name: "WriteNifti", args: { field: "model", dtype: "uint8", write_path: "eval" } }],
      label_transforms: load("label"),
      val_metrics: [{ name: "ComputeAverageDice", args: { name: "dice", field: "model" } }],
      inferer: { name: "TFScanWindowInferer", args: { roi_size: [32, 32, 32] } },
      model_loader: { name: "CheckpointLoader", args: { checkpoint_dir: "{MMAR_CKPT_DIR}" } },
    },
    datalist: { validation: ["a.nii", "b.nii"] },
  },
};

describe("configs that are right", () => {
  it.each(Object.entries(clean))("%s", (_, mmar) => {
    expect(findingsOf(mmar).map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  });
});

describe("what is not known", () => {
  const unknownName = (element: object) =>
    findingsOf({
      train: trainConfig({
        pre: [...load("image", "label"), element as never, crop([32, 32, 32], "image", "label")],
      }),
    }).map(({ code }) => code);

  it("is not guessed behind a transform that Tomo does not have, or that is misspelt", () => {
    expect(unknownName({ name: "KeepLargestCCs", args: { fields: ["image", "other"] } })).toEqual([
      "TOMO_UNKNOWN_COMPONENT",
    ]);
    expect(unknownName({ name: "ScaleToShape", args: { fields: "image", target_shap: [8, 8, 8] } })).toEqual([
      "TOMO_UNKNOWN_ARGUMENT",
    ]);
  });

  it("keeps silent about other fields where the datalist is absent, and not where it is there", () => {
    const train = trainConfig({
      pre: [...load("image", "label", "mask"), crop([32, 32, 32], "image", "label", "mask")],
    });
    expect(findingsOf({ train })).toEqual([]);
    const found = findingsOf({ train, datalist: cases("a.nii", "b.nii") });
    expect(found.map(({ code, where }) => `${code} ${where.configPath}`)).toEqual([
      "TOMO_UNKNOWN_FIELD train.pre_transforms[0].args.fields[2]",
    ]);
  });
});
