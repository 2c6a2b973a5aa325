// The public API of Tomo: run workflows, and declare components.

export * from "./components/own/api.ts";
export type { ConfigWarning } from "./config/check/findings.ts";
export type { TrainPlan, ValidationPlan } from "./config/plans.ts";
export type { SetOption } from "./config/variables/set_option.ts";
export type * from "./workflows/events.ts";
export { infer, train, type ValidationResult, validate, type WorkflowOptions } from "./workflows/index.ts";
