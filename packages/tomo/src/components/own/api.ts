// What files with own components get from `import … from "tomo"`: the declaring half of the public API.

export type { ComponentSpec } from "../../config/component_spec.ts";
export { type MedicalImage, medicalImage, withData, withProperties } from "../../data/medical_image.ts";
export type { RandomStream } from "../../data/random.ts";
export { type FieldValue, isImage, type Sample, withFields } from "../../data/sample.ts";
export * from "../../data/shape_format.ts";
export { catalogue, type ErrorCode } from "../../errors/catalogue.ts";
export { type ErrorReport, reportOf } from "../../errors/report.ts";
export { type ErrorDetails, TomoError, TomoErrors, type Where } from "../../errors/tomo_error.ts";
export { type CheckpointFiles, readCheckpointFiles as readCheckpoint } from "../../io/checkpoint/read.ts";
export * from "../args.ts";
export {
  batchArgs as auxOpArgs,
  batchFacts as auxOpFacts,
  batchParts as auxOpParts,
} from "../aux_ops/common.ts";
export type * from "../contracts.ts";
export * from "../define.ts";
export type * from "../effects/effect.ts";
export { type FieldFacts, loadedImage, type SampleFacts, withFacts } from "../effects/facts.ts";
export { commonArgs as metricArgs, commonParts as metricParts, meanOverCases } from "../metrics/common.ts";
export { networkOf } from "../models/network.ts";
export * from "../transforms/define.ts";
export { imageOf } from "../transforms/image_of.ts";
