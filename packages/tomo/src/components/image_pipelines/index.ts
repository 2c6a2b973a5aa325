import {
  ClassificationImagePipeline,
  ClassificationImagePipelineWithCache,
  ClassificationKerasImagePipeline,
  ClassificationKerasImagePipelineWithCache,
} from "./classification_image_pipeline.ts";
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
  ClassificationImagePipeline,
  ClassificationImagePipelineWithCache,
  ClassificationKerasImagePipeline,
  ClassificationKerasImagePipelineWithCache,
] as const;
