/** Voxels as the file stores them, in the byte order of this machine. */
export type VoxelArray =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

/** Types that can be read and written; names as in numpy. */
export const voxelTypes = {
  uint8: { code: 2, bytes: 1, array: Uint8Array },
  int16: { code: 4, bytes: 2, array: Int16Array },
  int32: { code: 8, bytes: 4, array: Int32Array },
  float32: { code: 16, bytes: 4, array: Float32Array },
  float64: { code: 64, bytes: 8, array: Float64Array },
  int8: { code: 256, bytes: 1, array: Int8Array },
  uint16: { code: 512, bytes: 2, array: Uint16Array },
  uint32: { code: 768, bytes: 4, array: Uint32Array },
  int64: { code: 1024, bytes: 8, array: BigInt64Array },
  uint64: { code: 1280, bytes: 8, array: BigUint64Array },
} as const;

export type VoxelType = keyof typeof voxelTypes;

/** Types of the standard that Tomo refuses, with the reason. */
export const refusedTypes: Readonly<Record<number, readonly [name: string, reason: string]>> = {
  0: ["unknown", "the header does not say what the voxels are"],
  1: ["binary", "one bit a voxel is not used by any known writer"],
  32: ["complex64", "complex voxels have no single intensity; convert to magnitude"],
  1536: ["float128", "no array of this runtime holds 128-bit numbers; convert to float64"],
  1792: ["complex128", "complex voxels have no single intensity; convert to magnitude"],
  2048: ["complex256", "complex voxels have no single intensity; convert to magnitude"],
};

/** Colours: bytes interleaved a voxel; read as a last axis of 3 or 4 channels. */
export const colourChannels: Readonly<Record<number, 3 | 4>> = { 128: 3, 2304: 4 };

export function voxelTypeOfCode(code: number): VoxelType | null {
  const found = Object.entries(voxelTypes).find(([, type]) => type.code === code);
  return found === undefined ? null : (found[0] as VoxelType);
}

export function voxelTypeOfArray(data: VoxelArray): VoxelType {
  const found = Object.entries(voxelTypes).find(([, type]) => data instanceof type.array);
  if (found === undefined) throw new RangeError("not an array of voxels");
  return found[0] as VoxelType;
}
