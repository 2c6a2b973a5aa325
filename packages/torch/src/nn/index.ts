export { leakyRelu, relu, sigmoid, softmax, widened } from "./activation.ts";
export { channelsInnermost } from "./channels_innermost.ts";
export {
  Conv,
  type ConvOptions,
  ConvTranspose,
  type ConvTransposeOptions,
  type SpatialAxes,
} from "./conv.ts";
export { type ConvolveOptions, convolve, convolveTransposed } from "./convolve.ts";
export { type DenseLayer, denseBlock } from "./dense_block.ts";
export { Dropout } from "./dropout.ts";
export * as init from "./init.ts";
export { Linear } from "./linear.ts";
export { matching } from "./matching.ts";
export { Layer, Module, type StateDict } from "./module.ts";
export { BatchNorm, type BatchNormOptions, GroupNorm, InstanceNorm, Norm } from "./norm.ts";
export { normRelu } from "./norm_relu.ts";
export { AdaptiveAvgPool, AvgPool, MaxPool, type PoolOptions } from "./pool.ts";
export { Sequential } from "./sequential.ts";
export type { PerAxis } from "./sizes.ts";
export { Upsample, type UpsampleOptions, upsampleTo } from "./upsample.ts";
