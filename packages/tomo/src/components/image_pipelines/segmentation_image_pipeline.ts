import { defineImagePipeline } from "../define.ts";
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
    summary: "Makes batches of images and labels from the cases of a datalist.",
    notes: [...notes, ...segmentationNotes],
    args: segmentationArgs,
    check: checkSegmentation,
    build: (args) => segmentationSettings(name, args, null),
  });

export const SegmentationImagePipeline = declare("SegmentationImagePipeline", []);

export const SegmentationKerasImagePipeline = declare("SegmentationKerasImagePipeline", [
  "The same as SegmentationImagePipeline: Clara's two kinds differed in their workers.",
]);
