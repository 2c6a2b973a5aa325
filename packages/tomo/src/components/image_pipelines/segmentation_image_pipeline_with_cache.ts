import { defineImagePipeline } from "../define.ts";
import { cacheArgs, cacheNotes, cacheOf } from "./pipeline_args.ts";
import {
  checkSegmentation,
  segmentationArgs,
  segmentationNotes,
  segmentationSettings,
} from "./segmentation_args.ts";

const declare = (name: string, notes: readonly string[]) =>
  defineImagePipeline({
    name,
    task: "segmentation",
    summary: "Makes batches of images and labels, with the loaded cases kept in memory (Smart Cache).",
    notes: [...notes, ...cacheNotes, ...segmentationNotes],
    args: { ...segmentationArgs, ...cacheArgs },
    check: checkSegmentation,
    build: (args) => segmentationSettings(name, args, cacheOf(args)),
  });

export const SegmentationImagePipelineWithCache = declare("SegmentationImagePipelineWithCache", []);

export const SegmentationKerasImagePipelineWithCache = declare("SegmentationKerasImagePipelineWithCache", [
  "The same as SegmentationImagePipelineWithCache: Clara's two kinds differed in their workers.",
]);
