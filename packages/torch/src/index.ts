export { autocast, backward, enableGrad, gradients, inferenceMode, noGrad } from "./autograd.ts";
export {
  type FilteredRows,
  floatsFrom,
  inflate,
  longestBlock,
  type Memory,
  type NumberLayout,
  readInto,
  unfilterPng,
} from "./buffers.ts";
export { call } from "./call.ts";
export { bytesPerElement, type DType, isFloating, type MemoryFormat } from "./dtype.ts";
export { type EngineRecord, engineRecord } from "./engine.ts";
export { TorchError, type TorchErrorCode } from "./errors.ts";
export * from "./nn/index.ts";
export { type OperatorTime, recordOperators, takeOperatorTimes } from "./operator_times.ts";
export * as ops from "./ops.generated.ts";
export * from "./optim/index.ts";
export * from "./runtime.ts";
export * from "./safetensors/index.ts";
export { dispose, keep, liveTensors, scope, tensorsIn } from "./scope.ts";
export { borrow, Tensor, tensor } from "./tensor.ts";
