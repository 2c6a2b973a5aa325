import { type DType, type Tensor, tensor } from "@tomo/torch";

/** A tensor in a file, described but not read yet: nothing is allocated for it before `read`. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /**
   * The values, on the CPU.
   * @throws TomoError TOMO_WEIGHTS_UNREADABLE
   */
  readonly read: () => Tensor;
}

export const numelOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

const arrays = {
  uint8: Uint8Array,
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  int64: BigInt64Array,
  float64: Float64Array,
} as const satisfies Record<DType, unknown>;

/** A tensor from its bytes: little-endian, C order. */
export function tensorOfBytes(bytes: ArrayBuffer, shape: readonly number[], dtype: DType): Tensor {
  const values = new arrays[dtype](bytes);
  // libtorch's kernels rely on booleans that are 0 or 1
  if (dtype === "bool") for (const [i, value] of values.entries()) if (value) (values as Uint8Array)[i] = 1;
  return tensor(values, shape, dtype);
}
