// The public API of Tomo: run workflows, and declare components.

export * from "./components/args.ts";
export type * from "./components/contracts.ts";
export * from "./components/define.ts";
export * from "./components/transforms/define.ts";
export type { ConfigWarning } from "./config/check/findings.ts";
export type { ComponentSpec } from "./config/component_spec.ts";
export type { TrainPlan, ValidationPlan } from "./config/plans.ts";
export type { SetOption } from "./config/variables/set_option.ts";
export { type MedicalImage, medicalImage, withData, withProperties } from "./data/medical_image.ts";
export type { RandomStream } from "./data/random.ts";
export { type FieldValue, isImage, type Sample, withFields } from "./data/sample.ts";
export * from "./data/shape_format.ts";
export { catalogue, type ErrorCode } from "./errors/catalogue.ts";
export { type ErrorReport, reportOf } from "./errors/report.ts";
export { type ErrorDetails, TomoError, TomoErrors, type Where } from "./errors/tomo_error.ts";
export type * from "./workflows/events.ts";
export { infer, train, type ValidationResult, validate, type WorkflowOptions } from "./workflows/index.ts";
