import { z } from "zod";
import { integer } from "../args.ts";
import type { ArgFault, ArgsOf } from "../define.ts";
import { checkPipeline, commonSettings, notThereYet, pipelineArgs, pipelineNotes } from "./pipeline_args.ts";
import type { PipelineSettings } from "./settings.ts";

const balancing = "Class balancing is for classification pipelines; must be null.";

export const segmentationArgs = {
  ...pipelineArgs,
  output_label_channels: integer("Channels of the label.").positive().default(1),
  items_per_category: z.unknown().default(null).describe(balancing),
  category_weights: z.unknown().default(null).describe(balancing),
};

type SegmentationArgs = ArgsOf<typeof segmentationArgs>;

export const segmentationNotes = [
  ...pipelineNotes,
  "Validation makes single samples ahead, at most one a worker, whatever prefetch_size says: they are whole volumes.",
  "Image and label of a case must have one size when a random transform takes both and after the last transform.",
];

export const checkSegmentation = (args: SegmentationArgs): ArgFault[] => [
  ...checkPipeline(args),
  ...notThereYet(args, ["items_per_category", "category_weights"], "is for classification pipelines"),
];

export const segmentationSettings = (
  name: string,
  args: SegmentationArgs,
  cache: PipelineSettings["cache"],
): PipelineSettings => ({
  ...commonSettings(name, args, cache),
  task: "segmentation",
  labelChannels: args.output_label_channels,
  labelFormat: null,
  sampling: null,
});
