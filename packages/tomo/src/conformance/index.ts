// The package `tomo/testing`: the laws that Tomo's own components pass, for components of users. A `check…` function
// throws what is broken and fits into any test runner; `…Laws` gives the laws one by one, each to be a test.

export { type AuxOpFacts, auxOpLaws, checkAuxOp } from "./aux_op.ts";
export { checkDeclaration, type WrittenArgs } from "./declaration.ts";
export { caseOf, classes, filled, ramp, shapeFor } from "./images.ts";
export { checkInferer, type InfererFacts, infererLaws } from "./inferer.ts";
export type { Law } from "./law.ts";
export { checkLoss, type LossFacts, lossLaws } from "./loss.ts";
export { checkLrPolicy, type LrPolicyFacts, lrPolicyLaws } from "./lr_policy.ts";
export { checkMetric, type MetricFacts, metricLaws } from "./metric.ts";
export { checkModel, type ModelFacts, modelLaws } from "./model.ts";
export { checkOptimizer, type OptimizerFacts, optimizerLaws } from "./optimizer.ts";
export { type Applied, applyTransform, imageIn, streamOf } from "./run_transform.ts";
export { checkTransform, type Kept, type TransformFacts, transformLaws } from "./transform.ts";
