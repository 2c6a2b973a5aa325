/** Position and type of the header fields, from the NIfTI-1.1 (nifti1.h) and NIfTI-2 (nifti2.h) definitions. */
export interface HeaderLayout {
  /** Bytes of the header, also the value of its first field, sizeof_hdr (int32). */
  readonly size: 348 | 540;
  /** Where voxels of a single file can begin: header plus four bytes that announce extensions. */
  readonly dataStart: number;
  readonly magic: { readonly offset: number; readonly single: string; readonly pair: string };
  readonly dim: Field;
  readonly intentCode: Field;
  readonly datatype: Field;
  readonly bitpix: Field;
  readonly pixdim: Field;
  readonly voxOffset: Field;
  readonly slope: Field;
  readonly inter: Field;
  readonly units: Field;
  readonly description: number;
  readonly qformCode: Field;
  readonly sformCode: Field;
  /** b, c, d of the unit quaternion, then the three offsets. */
  readonly qform: Field;
  /** srow_x, srow_y, srow_z. */
  readonly sform: Field;
}

type FieldType = "uint8" | "int16" | "int32" | "int64" | "float32" | "float64";
export type Field = readonly [offset: number, type: FieldType];

const bytesOf: Record<FieldType, number> = { uint8: 1, int16: 2, int32: 4, int64: 8, float32: 4, float64: 8 };

export const nifti1: HeaderLayout = {
  size: 348,
  dataStart: 352,
  magic: { offset: 344, single: "n+1\0", pair: "ni1\0" },
  dim: [40, "int16"],
  intentCode: [68, "int16"],
  datatype: [70, "int16"],
  bitpix: [72, "int16"],
  pixdim: [76, "float32"],
  voxOffset: [108, "float32"],
  slope: [112, "float32"],
  inter: [116, "float32"],
  units: [123, "uint8"],
  description: 148,
  qformCode: [252, "int16"],
  sformCode: [254, "int16"],
  qform: [256, "float32"],
  sform: [280, "float32"],
};

export const nifti2: HeaderLayout = {
  size: 540,
  dataStart: 544,
  magic: { offset: 4, single: "n+2\0\r\n\x1a\n", pair: "ni2\0\r\n\x1a\n" },
  dim: [16, "int64"],
  intentCode: [504, "int32"],
  datatype: [12, "int16"],
  bitpix: [14, "int16"],
  pixdim: [104, "float64"],
  voxOffset: [168, "int64"],
  slope: [176, "float64"],
  inter: [184, "float64"],
  units: [500, "int32"],
  description: 240,
  qformCode: [344, "int32"],
  sformCode: [348, "int32"],
  qform: [352, "float64"],
  sform: [400, "float64"],
};

/** Value number `index` of a field. Integers beyond 2^53 lose their last digits. */
export function readField(view: DataView, field: Field, little: boolean, index = 0): number {
  const [start, type] = field;
  const offset = start + index * bytesOf[type];
  switch (type) {
    case "uint8":
      return view.getUint8(offset);
    case "int16":
      return view.getInt16(offset, little);
    case "int32":
      return view.getInt32(offset, little);
    case "int64":
      return Number(view.getBigInt64(offset, little));
    case "float32":
      return view.getFloat32(offset, little);
    case "float64":
      return view.getFloat64(offset, little);
  }
}

/** Writes consecutive values of a field, little-endian. */
export function writeField(view: DataView, field: Field, values: readonly number[]): void {
  const [start, type] = field;
  for (const [index, value] of values.entries()) {
    const offset = start + index * bytesOf[type];
    if (type === "uint8") view.setUint8(offset, value);
    else if (type === "int16") view.setInt16(offset, value, true);
    else if (type === "int32") view.setInt32(offset, value, true);
    else if (type === "int64") view.setBigInt64(offset, BigInt(value), true);
    else if (type === "float32") view.setFloat32(offset, value, true);
    else view.setFloat64(offset, value, true);
  }
}
