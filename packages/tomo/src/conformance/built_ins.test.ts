import { describe, expect, it } from "vitest";
import type { Component } from "../components/define.ts";
import { components } from "../components/registry.ts";
import { type Kind, kinds } from "../config/kinds.ts";
import { auxOpLaws } from "./aux_op.ts";
import { declarationLaw, type WrittenArgs } from "./declaration.ts";
import { caseOf } from "./images.ts";
import { infererLaws } from "./inferer.ts";
import type { Law } from "./law.ts";
import { lossLaws } from "./loss.ts";
import { lrPolicyLaws } from "./lr_policy.ts";
import { metricLaws } from "./metric.ts";
import { modelLaws } from "./model.ts";
import { optimizerLaws } from "./optimizer.ts";
import { made } from "./tensors.ts";

/** Two binary labels around one of three classes. */
const labelFormat = [1, 3, 1];
const classified = {
  labelFormat,
  predictions: () => made([4, 5], (n) => Math.sin(2 * n)),
  targets: () => made([4, 3], (n) => [0, 1, 1, 1, 2, 0, 0, 0, 1, 1, 2, 0][n]!),
};
const scored = (predictions: (n: number) => unknown, label: (n: number) => unknown) => () =>
  [0, 1, 2, 3].map((n) =>
    Object.assign(caseOf({ model: predictions(n) as number[], label: label(n) as number[], other: 1 }), {
      caseId: `case_${n}`,
      index: n,
    }),
  );
const pipeline = {
  data_list_file_path: "list.json",
  data_file_base_dir: "data",
  data_list_key: "training",
  output_crop_size: [16, 16, 16],
  output_batch_size: 2,
};

type Facts = Record<string, Readonly<Record<string, unknown>> & { readonly args?: WrittenArgs }>;
type Laws<K extends Kind> = (component: Component<K>, facts: never) => readonly Law[];
const declared = (component: Component, { args = {} }: { args?: WrittenArgs }): readonly Law[] => [
  declarationLaw(component, args),
];

/** Transforms have a test file each, with many more laws of their own. */
const tables: { readonly [K in Exclude<Kind, "transforms">]: readonly [Laws<K>, Facts] } = {
  losses: [
    lossLaws,
    {
      Dice: { args: { squared_pred: true } },
      CrossEntropy: {},
      CrossEntropyDice: { args: { squared_pred: true } },
      BinaryClassificationLoss: classified,
      MulticlassClassificationLoss: classified,
      WeightedMulticlassClassificationLoss: { ...classified, args: { class_weights: [1, 2, 0.5] } },
    },
  ],
  models: [
    modelLaws,
    {
      DenseNet121: { size: [33, 40], inChannels: 3, labelFormat },
      SegAhnet: { args: { num_classes: 2 }, size: [32, 32] },
      SegResnet: {
        args: { num_classes: 3, final_activation: "sigmoid", data_format: "channels_last", init_filters: 8 },
        size: [16, 8, 8],
        inChannels: 2,
      },
    },
  ],
  metrics: [
    metricLaws,
    {
      ComputeAverage: {
        samples: scored(
          (n) => [n / 3],
          () => 0,
        ),
      },
      ComputeAverageDice: {},
      ComputeAUC: {
        samples: scored(
          (n) => [Math.sin(n), Math.cos(n)],
          (n) => [n % 2, n % 3 === 0 ? 1 : 0],
        ),
      },
      ComputeMulticlassAverage: {
        samples: scored(
          (n) => [0.2, Math.sin(n), Math.cos(n)],
          (n) => n % 3,
        ),
      },
    },
  ],
  optimizers: [optimizerLaws, { Adam: {} }],
  lr_policies: [lrPolicyLaws, { DecayOnStep: { args: { decay_ratio: 0.1, decay_freq: 7 } } }],
  aux_ops: [
    auxOpLaws,
    {
      ComputeAccuracy: { ...classified, args: { tag: "accuracy" } },
      ComputeMulticlassAccuracy: { ...classified, args: { tag: "accuracy" } },
      ComputeBinaryPreds: { ...classified, args: { binary_preds_name: "p", binary_labels_name: "l" } },
      ComputeMulticlassPreds: {
        ...classified,
        args: { multiclass_preds_name: "p", multiclass_labels_name: "l" },
      },
    },
  ],
  inferers: [
    infererLaws,
    { TFSimpleInferer: {}, TFScanWindowInferer: { args: { roi_size: [8, 6, 16], batch_size: 2 } } },
  ],
  writers: [
    declared,
    {
      WriteNifti: { args: { field: "model", write_path: "eval" } },
      WriteClassificationResult: { args: { field: "model", write_path: "eval" } },
    },
  ],
  model_loaders: [
    declared,
    {
      CheckpointLoader: { args: { checkpoint_dir: "models" } },
      FrozenGraphModelLoader: { args: { model_file_path: "model.fzn.pb" } },
    },
  ],
  handlers: [declared, { EarlyStop: { args: { val_times_threshold: 3 } }, StatsHandler: {} }],
  image_pipelines: [
    declared,
    Object.fromEntries(
      components.image_pipelines.map(({ name }) => [
        name,
        {
          args: /Cache$/.test(name) ? { ...pipeline, num_cache_objects: 4, replace_percent: 0.25 } : pipeline,
        },
      ]),
    ),
  ],
};

describe.each(kinds.filter((kind) => kind !== "transforms"))("laws of all %s", (kind) => {
  const [laws, facts] = tables[kind] as unknown as [Laws<Kind>, Facts];

  it("are asked of each that Tomo has", () => {
    expect(Object.keys(facts).sort()).toEqual(components[kind].map(({ name }) => name).sort());
  });

  for (const component of components[kind] as readonly Component[])
    describe(component.name, () => {
      for (const { name, check } of laws(component, facts[component.name] as never)) it(name, check);
    });
});
