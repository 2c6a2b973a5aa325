import type { ClassificationPlan } from "./classification_plan.ts";
import { checkpointLoader, component, determinism, listArgs, reported } from "./decision.ts";
import { plainNames } from "./plain_names.ts";

const load = ({ colour }: ClassificationPlan) =>
  component("LoadPng", { fields: ["image"], ...(colour ? { as_rgb: true } : {}) });

const shaped = ({ side }: ClassificationPlan) =>
  component("ScaleToShape", { fields: ["image"], target_shape: [side, side] });

const finish = ({ colour, centre }: ClassificationPlan) => [
  component("ConvertToChannelsLast", { fields: "image" }),
  ...(colour ? [] : [component("RepeatChannel", { fields: "image", repeat_times: 3 })]),
  component("CenterData", {
    fields: "image",
    ...(centre === null ? {} : { subtrahend: oneOrList(centre.mean), divisor: oneOrList(centre.deviation) }),
  }),
];

const oneOrList = (values: readonly number[]) => (values.length === 1 ? values[0] : values);

const pipeline = (key: string, { side, batch, workers }: ClassificationPlan) =>
  component("ClassificationImagePipeline", {
    ...listArgs(key),
    output_crop_size: [side, side],
    output_data_format: "channels_last",
    output_batch_size: batch,
    output_image_channels: 3,
    num_workers: workers,
    prefetch_size: 3,
  });

/** Entries of label_format that are binary, and of k classes, with their places. */
function entriesOf({ labelFormat }: ClassificationPlan) {
  const entries = [...labelFormat.entries()];
  return {
    binary: entries.filter(([, classes]) => classes === 1),
    multiclass: entries.filter(([, classes]) => classes > 1),
  };
}

export function classificationTraining(plan: ClassificationPlan): object {
  const { multiclass } = entriesOf(plan);
  return {
    epochs: plan.epochs,
    num_training_epoch_per_valid: 1,
    learning_rate: 2e-4,
    multi_gpu: false,
    determinism,
    use_amp: true,
    train: {
      model: component("DenseNet121", {
        weight_decay: 1e-5,
        data_format: "channels_last",
        pretrain_weight_name: "{PRETRAIN_WEIGHTS_FILE}",
      }),
      loss: component(multiclass.length > 0 ? "MulticlassClassificationLoss" : "BinaryClassificationLoss"),
      optimizer: component("Adam"),
      pre_transforms: [
        load(plan),
        component("CropRandomSizeWithDisplacement", {
          fields: "image",
          lower_size: [0.9, 0.9],
          max_displacement: 200,
        }),
        shaped(plan),
        component("RandomRotate2D", { fields: ["image"], angle: 7, is_random: true }),
        ...finish(plan),
      ],
      aux_ops: auxOps(plan),
      image_pipeline: pipeline("training", plan),
    },
    validate: {
      pre_transforms: [load(plan), shaped(plan), ...finish(plan)],
      metrics: trainingMetrics(plan),
      image_pipeline: pipeline("validation", plan),
      inferer: component("TFSimpleInferer"),
    },
  };
}

const auxOps = (plan: ClassificationPlan) =>
  entriesOf(plan).multiclass.length > 0
    ? [
        component("ComputeMulticlassAccuracy", { tag: "accuracy" }),
        component("ComputeMulticlassPreds", {
          multiclass_preds_name: "class_preds",
          multiclass_labels_name: "class_labels",
        }),
      ]
    : [
        component("ComputeAccuracy", { tag: "accuracy", use_sigmoid: true }),
        component("ComputeBinaryPreds", {
          binary_preds_name: "binary_preds",
          binary_labels_name: "binary_labels",
        }),
      ];

const accuracy = component("ComputeAverage", { name: "mean_accuracy", field: "accuracy" });

function trainingMetrics(plan: ClassificationPlan) {
  if (entriesOf(plan).multiclass.length > 0)
    return [
      accuracy,
      component("ComputeMulticlassAverage", {
        name: "Average_AUC",
        field: "class_preds",
        label_field: "class_labels",
        is_key_metric: true,
      }),
    ];
  return [accuracy, ...aucs(plan, { field: "binary_preds", label_field: "binary_labels" }, true)];
}

/** The mean over the labels, then each label. */
function aucs({ classNames }: ClassificationPlan, fields: object, training: boolean) {
  const more = training ? {} : reported;
  const [, ...names] = plainNames(["Average_AUC", ...classNames]);
  const each = names.map((name, class_index) =>
    component("ComputeAUC", { name, class_index, ...fields, ...more }),
  );
  const key = training ? { is_key_metric: true } : {};
  const mean = component("ComputeAUC", {
    name: "Average_AUC",
    ...fields,
    auc_average: "macro",
    ...key,
    ...more,
  });
  return classNames.length === 1 ? [mean] : [mean, ...each];
}

export function classificationValidation(plan: ClassificationPlan): object {
  const fields = { field: "model", label_field: "label" };
  return {
    batch_size: plan.batch,
    pre_transforms: [load(plan), shaped(plan), ...finish(plan)],
    post_transforms: [component("ProcessMulticlassPreds", { field: "model" })],
    label_transforms: [],
    val_metrics:
      entriesOf(plan).multiclass.length > 0
        ? [component("ComputeMulticlassAverage", { name: "Average_AUC", ...fields, ...reported })]
        : aucs(plan, fields, false),
    writers: [
      component("WriteClassificationResult", { field: "model", write_path: "{MMAR_EVAL_OUTPUT_PATH}" }),
    ],
    inferer: component("TFSimpleInferer"),
    model_loader: checkpointLoader,
  };
}
