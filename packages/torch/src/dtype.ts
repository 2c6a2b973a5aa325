/** Element types and their libtorch codes (c10::ScalarType). */
const codes = {
  uint8: 0,
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  float16: 5,
  float32: 6,
  float64: 7,
  bool: 11,
  bfloat16: 15,
  uint16: 27,
  uint32: 28,
} as const;

export type DType = keyof typeof codes;

const names = new Map<number, DType>(Object.entries(codes).map(([name, code]) => [code, name as DType]));

export const dtypeCode = (dtype: DType): number => codes[dtype];

export function dtypeName(code: number): DType {
  const name = names.get(code);
  if (!name) throw new RangeError(`libtorch dtype ${code} has no name here`);
  return name;
}

const widths: Record<DType, number> = {
  uint8: 1,
  int8: 1,
  bool: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  float64: 8,
};

export const bytesPerElement = (dtype: DType): number => widths[dtype];
export const isFloating = (dtype: DType): boolean => /^b?float/.test(dtype);

/** The dtype that holds a typed array's values as they are. */
export function dtypeOfArray(array: NodeJS.TypedArray): DType {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return "uint8";
  if (array instanceof Int8Array) return "int8";
  if (array instanceof Int16Array) return "int16";
  if (array instanceof Uint16Array) return "uint16";
  if (array instanceof Int32Array) return "int32";
  if (array instanceof Uint32Array) return "uint32";
  if (array instanceof BigInt64Array) return "int64";
  throw new TypeError(`no dtype holds a ${array.constructor.name}`);
}

/** c10::MemoryFormat. */
export const memoryFormats = { contiguous: 0, preserve: 1, channels_last: 2, channels_last_3d: 3 } as const;
export type MemoryFormat = keyof typeof memoryFormats;
