/** What can go wrong at the door. */
export type TorchErrorCode =
  | "TORCH_NOT_SET_UP"
  | "TORCH_NOT_LOADED"
  | "TORCH_BAD_ARGUMENT"
  | "TORCH_BAD_SHAPE"
  | "TORCH_NOT_A_TENSOR"
  | "TORCH_FREED_TENSOR"
  | "TORCH_FOREIGN_TENSOR"
  | "TORCH_TOO_MANY_TENSORS"
  | "TORCH_UNKNOWN_OP"
  | "TORCH_UNKNOWN_TOKEN"
  | "TORCH_NO_SCOPE"
  | "TORCH_ASYNC_SCOPE"
  | "TORCH_NOT_IMPLEMENTED"
  | "TORCH_OUT_OF_MEMORY"
  | "TORCH_OP_FAILED"
  | "TORCH_SCHEMA_CHANGED"
  | "TORCH_BAD_STATE"
  | "TORCH_BAD_FILE";

/** An error of the engine: the first line of libtorch's message, without a C++ stack. */
export class TorchError extends Error {
  override readonly name = "TorchError";
  readonly code: TorchErrorCode;
  /** The operator that failed, or "". */
  readonly op: string;

  constructor(code: TorchErrorCode, message: string, op = "", options?: ErrorOptions) {
    super(op ? `${op}: ${message}` : message, options);
    this.code = code;
    this.op = op;
  }
}
