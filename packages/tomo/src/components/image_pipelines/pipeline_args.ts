import { z } from "zod";
import { boolean, dataFormat, integer, string } from "../args.ts";
import type { ArgFault, ArgsOf } from "../define.ts";
import { cacheMemory } from "./cache_memory.ts";
import type { PipelineSettings } from "./settings.ts";

/** Arguments that Clara's framework fills or that concern its own workers: taken, so that configs need no change. */
const withoutEffect = {
  transforms: z
    .array(z.unknown())
    .nullable()
    .default(null)
    .describe("Filled from pre_transforms; must be left out or empty here."),
  batch_transforms: z
    .array(z.unknown())
    .nullable()
    .default(null)
    .describe("Filled from train.batch_transforms; must be left out or empty here."),
  output_image_dtype: string("No effect: images are float32, and AMP chooses its own types.").default(
    "float32",
  ),
  repeat: boolean("No effect: training always runs as many epochs as the config says.").default(true),
  caches_data: boolean("No effect: the pipeline's name says whether there is a cache.").default(false),
  multiprocessing: boolean("No effect: workers are threads.").default(false),
};

/** What every pipeline takes. */
export const pipelineArgs = {
  data_list_file_path: string("Datalist, a JSON file with lists of cases."),
  data_file_base_dir: string("Folder that the paths in the datalist are relative to."),
  data_list_key: string("The list of the datalist to use, for example training or validation."),
  output_crop_size: z
    .array(z.int())
    .min(2)
    .max(3)
    .describe("Spatial size of the network input in voxels, in file order; all -1 = the whole image."),
  output_data_format: dataFormat(),
  output_data_dims: z
    .union([z.literal(2), z.literal(3)])
    .default(3)
    .describe("Spatial axes of the data; a 2-D output_crop_size says 2 as well."),
  output_image_channels: integer("Channels of the image.").positive().default(1),
  output_batch_size: integer("Cases a batch; without effect when batched_by_transforms is true.")
    .min(0)
    .default(10),
  batched_by_transforms: boolean(
    "A crop makes the batch: one case a step, as many patches as the crop's batch_size.",
  ).default(false),
  num_workers: integer("Threads that load and transform; 0 = the training thread does it itself.")
    .min(0)
    .default(4),
  prefetch_size: integer("Batches made ahead of their use.").min(0).default(20),
  shuffle: boolean("Visit the cases in a new random order each epoch.").default(true),
  duplicate_count: integer("How often the list is repeated in an epoch.").positive().default(1),
  bad_files: z
    .enum(["stop", "skip"])
    .default("stop")
    .describe(
      "Files that cannot be read: stop before training and list them all, or go on without their cases. Not in Clara.",
    ),
  extra_inputs: z
    .unknown()
    .default(null)
    .describe("Further fields for the model: not there yet, must be null."),
  ...withoutEffect,
};

export const cacheArgs = {
  num_cache_objects: integer("Cases in memory, N; an epoch visits only these.").positive(),
  replace_percent: z
    .number()
    .min(0)
    .max(1)
    .describe("Fraction r of the cases in memory that is exchanged after each epoch; 0 for validation."),
  cache_memory: cacheMemory(),
};

type PipelineArgs = ArgsOf<typeof pipelineArgs>;

export const pipelineNotes = [
  "Results depend on seed, epoch and case only, not on num_workers, prefetch_size or on a resume.",
  "The last batch of an epoch may be smaller; it is not dropped.",
  "num_workers 0 does everything in the training thread. With workers at least one batch is made ahead, also with prefetch_size 0, since otherwise they would stand still during every step.",
  "output_crop_size does not crop: it says what the transforms deliver.",
  "A crop with batch_size above 1 needs batched_by_transforms, or MergeBatchDims in train.batch_transforms, which then joins the patches of output_batch_size cases to one batch before the other batch transforms.",
  "With duplicate_count each repetition of a case has random draws of its own.",
  "Before training the files of all cases are looked at (header, structure, checksums), and all that cannot be read are listed at once. With bad_files skip the run goes on without these cases, and warns of each; a file that turns out bad later is left out of its batch.",
  "No effect: output_image_dtype, repeat, caches_data, multiprocessing. Refused unless null: extra_inputs.",
];

export const cacheNotes = [
  "Kept in memory is the result of the deterministic transforms before the first random one, once for all workers.",
  "The list is shuffled once by the seed; the cache is a window of N cases over it that moves by R = ceil(N · r) cases after each epoch and goes round. The R new ones are loaded while the epoch runs (with num_workers 0 when they are first needed).",
  "Images are kept in the smallest form that loses nothing: whole numbers in the smallest integer type, other values as numbers of the distinct values (CT that was windowed has some hundred: one byte a voxel). They are expanded when they are used, behind a crop that comes first only its patches.",
  "When the cases do not fit into cache_memory, those that came first are kept and the others are read anew each time; a warning says how many. Batches are the same, bit by bit, whatever is kept.",
  "With N at least the number of cases all are kept and none are exchanged. Training starts at once; the cache fills in the first epoch.",
];

export function checkPipeline(args: PipelineArgs): ArgFault[] {
  const faults: ArgFault[] = [];
  const { output_crop_size: crop, output_data_dims: dims } = args;
  if (!crop.every((length) => length > 0) && !crop.every((length) => length === -1))
    faults.push({
      argument: "output_crop_size",
      message: "output_crop_size is neither a size nor the whole image",
      expected: "sizes above 0, or -1 for every axis",
    });
  if (crop.length > dims)
    faults.push({
      argument: "output_crop_size",
      message: `output_crop_size has ${crop.length} axes, output_data_dims is ${dims}`,
      expected: `${dims} sizes in voxels`,
    });
  if (args.output_batch_size === 0 && !args.batched_by_transforms)
    faults.push({
      argument: "output_batch_size",
      message: "a batch needs at least one case",
      expected: "an integer above 0",
      hint: "0 is for pipelines with batched_by_transforms",
    });
  for (const name of ["transforms", "batch_transforms"] as const)
    if (args[name] !== null && args[name].length > 0)
      faults.push({
        argument: name,
        message: `${name} of an image pipeline is filled by Tomo`,
        hint: `put them into ${name === "transforms" ? "pre_transforms" : "train.batch_transforms"}`,
      });
  return [...faults, ...notThereYet(args, ["extra_inputs"], "is not there yet")];
}

/** What would change the training if it were ignored: anything but null is refused. */
export const notThereYet = <Name extends string>(
  args: Readonly<Record<Name, unknown>>,
  names: readonly Name[],
  why: string,
): ArgFault[] =>
  names
    .filter((name) => args[name] !== null)
    .map((name) => ({ argument: name, message: `${name} ${why}`, expected: "null, or left out" }));

type Common = Omit<PipelineSettings, "task" | "labelChannels" | "labelFormat" | "sampling">;

export function commonSettings(name: string, args: PipelineArgs, cache: PipelineSettings["cache"]): Common {
  const crop = args.output_crop_size;
  return {
    name,
    dataListFilePath: args.data_list_file_path,
    dataFileBaseDir: args.data_file_base_dir,
    dataListKey: args.data_list_key,
    cropSize: crop.includes(-1) ? null : crop,
    batchSize: args.output_batch_size,
    batchedByTransforms: args.batched_by_transforms,
    numWorkers: args.num_workers,
    prefetchSize: args.prefetch_size,
    shuffle: args.shuffle,
    duplicateCount: args.duplicate_count,
    imageChannels: args.output_image_channels,
    spatialDims: crop.length,
    badFiles: args.bad_files,
    dataFormat: args.output_data_format,
    cache,
  };
}

export const cacheOf = (args: ArgsOf<typeof cacheArgs>): PipelineSettings["cache"] => ({
  objects: args.num_cache_objects,
  replacePercent: args.replace_percent,
  memory: args.cache_memory,
});
