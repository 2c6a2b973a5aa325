import { z } from "zod";
import type { ArgFault, ComponentLookup, Declaration } from "../component_spec.ts";
import type { Kind } from "../kinds.ts";

const names = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => [value].flat())
  .describe("Names of the fields.");
const size = z.array(z.int().positive()).min(2).max(3).describe("Voxels an axis.");

const declare = (
  kind: Kind,
  name: string,
  shape: z.ZodRawShape = {},
  check?: (args: Record<string, unknown>) => readonly ArgFault[],
): Declaration => ({ kind, name, summary: `${name}.`, args: z.strictObject(shape), check });

const pipelineArguments = {
  data_list_file_path: z.string().describe("Datalist."),
  data_file_base_dir: z.string().describe("Data folder."),
  data_list_key: z.string().describe("List."),
  output_crop_size: z.array(z.int()).describe("Crop."),
  output_batch_size: z.int().default(10).describe("Batch."),
  batched_by_transforms: z.boolean().default(false).describe("Crops make batches."),
  num_workers: z.int().min(0).default(4).describe("Workers."),
  prefetch_size: z.int().default(20).describe("Prefetch."),
};

/** Doubles with Clara's names and a few of their arguments; enough to load the seed's segmentation configs. */
const declarations: readonly Declaration[] = [
  declare("losses", "Dice", {
    smooth: z.number().default(1e-5).describe("Added to the denominator."),
    jaccard: z.boolean().default(false).describe("Jaccard."),
  }),
  declare("optimizers", "Adam", { beta1: z.number().min(0).lt(1).default(0.9).describe("First decay.") }),
  declare("optimizers", "NovoGrad"),
  declare("lr_policies", "DecayOnStep", {
    decay_ratio: z.number().describe("Factor."),
    decay_freq: z.int().positive().describe("Steps."),
  }),
  declare("models", "SegAhnet", {
    num_classes: z.int().positive().describe("Classes."),
    if_use_psp: z.boolean().default(false).describe("Pyramid pooling."),
    pretrain_weight_name: z.string().nullable().default(null).describe("File of weights."),
    plane: z.enum(["z", "y", "x"]).default("z").describe("Slice axis."),
    final_activation: z.enum(["softmax", "sigmoid", "linear"]).default("softmax").describe("Activation."),
    n_spatial_dim: z.int().default(2).describe("Axes."),
  }),
  declare("transforms", "LoadNifti", { fields: names }),
  declare("transforms", "ConvertToChannelsFirst", { fields: names }),
  declare(
    "transforms",
    "ScaleIntensityRange",
    {
      fields: names,
      a_min: z.number().describe("Input low."),
      a_max: z.number().describe("Input high."),
      b_min: z.number().describe("Output low."),
      b_max: z.number().describe("Output high."),
      clip: z.boolean().default(false).describe("Clip."),
    },
    ({ a_min, a_max }) =>
      a_min === a_max ? [{ argument: "a_max", message: "a_max equals a_min", hint: "widen the range" }] : [],
  ),
  declare("transforms", "FastCropByPosNegRatio", {
    size,
    fields: names,
    label_field: z.string().describe("Label."),
    pos: z.number().min(0).describe("Weight of foreground."),
    neg: z.number().min(0).describe("Weight of background."),
    batch_size: z.int().positive().describe("Patches."),
  }),
  declare("transforms", "RandomAxisFlip", {
    fields: names,
    probability: z.number().min(0).max(1).default(0.5).describe("Probability."),
  }),
  declare("transforms", "RandomRotate3D", {
    fields: names,
    probability: z.number().min(0).max(1).default(0.5).describe("Probability."),
  }),
  declare("transforms", "ScaleIntensityOscillation", {
    fields: names,
    magnitude: z.number().describe("Largest shift."),
  }),
  declare("transforms", "ArgmaxAcrossChannels", { fields: names }),
  declare("transforms", "SplitBasedOnLabel", {
    field: z.string().describe("Field."),
    label_names: z.array(z.string()).describe("New fields."),
  }),
  declare("transforms", "CopyProperties", {
    fields: names,
    from_field: z.string().describe("Source."),
    properties: z.array(z.string()).describe("Names."),
  }),
  declare("transforms", "MergeBatchDims", { fields: names }),
  declare("image_pipelines", "SegmentationImagePipeline", pipelineArguments),
  declare("image_pipelines", "SegmentationImagePipelineWithCache", {
    ...pipelineArguments,
    num_cache_objects: z.int().positive().describe("Cached."),
    replace_percent: z.number().min(0).max(1).describe("Replaced."),
  }),
  declare("metrics", "ComputeAverageDice", {
    name: z.string().describe("Name."),
    field: z.string().describe("Field."),
    label_field: z.string().default("label").describe("Label."),
    is_key_metric: z.boolean().default(false).describe("Decides."),
    report_path: z.string().nullable().default(null).describe("Folder."),
  }),
  declare("inferers", "TFScanWindowInferer", {
    roi_size: size,
    batch_size: z.int().positive().default(1).describe("Windows."),
  }),
  declare("inferers", "TFSimpleInferer"),
  declare("writers", "WriteNifti", {
    field: z.string().describe("Field."),
    dtype: z.enum(["uint8", "float32"]).default("float32").describe("Type."),
    write_path: z.string().describe("Folder."),
  }),
  declare("model_loaders", "CheckpointLoader", { checkpoint_dir: z.string().describe("Folder.") }),
  declare("handlers", "StatsHandler"),
];

export const testLookup: ComponentLookup = {
  find: (kind, name) => declarations.find((one) => one.kind === kind && one.name === name),
  names: (kind) => declarations.filter((one) => one.kind === kind).map(({ name }) => name),
};
