import { SegmentationImagePipeline, SegmentationKerasImagePipeline } from "./segmentation_image_pipeline.ts";
import {
  SegmentationImagePipelineWithCache,
  SegmentationKerasImagePipelineWithCache,
} from "./segmentation_image_pipeline_with_cache.ts";

export const imagePipelines = [
  SegmentationImagePipeline,
  SegmentationImagePipelineWithCache,
  SegmentationKerasImagePipeline,
  SegmentationKerasImagePipelineWithCache,
] as const;
