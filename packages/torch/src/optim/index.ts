export { type AdamOptions, adam } from "./adam.ts";
export { type AdamKernel, foreachAdam, fusedAdam } from "./adam_kernels.ts";
export { initialLossScale, type LossScale, nextLossScale, unscaleGradients } from "./loss_scale.ts";
export type { Optimizer } from "./optimizer.ts";
