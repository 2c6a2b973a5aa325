import type { DType } from "@tomo/torch";
import type { Cursor } from "./cursor.ts";

/** What the elements of a dataset or attribute are. Kinds that no weights have are "other". */
export type Datatype =
  | { readonly kind: "number"; readonly dtype: DType; readonly bytes: number; readonly bigEndian: boolean }
  /** A string of fixed length. */
  | { readonly kind: "text"; readonly bytes: number }
  /** A string of any length, kept in a global heap. */
  | { readonly kind: "heap text"; readonly bytes: number }
  | { readonly kind: "other"; readonly bytes: number };

const classes = { integer: 0, float: 1, text: 3, variable: 9 } as const;

/** Datatype message, format specification IV.A.2.d. */
export function datatypeOf(body: Cursor): Datatype {
  const classAndVersion = body.u8();
  const flags = body.u8();
  body.skip(2);
  const bytes = body.u32();
  switch (classAndVersion & 15) {
    case classes.integer:
      return numberOf(integerOf(bytes, (flags & 8) !== 0), bytes, flags);
    case classes.float:
      return numberOf(floatOf(body, bytes), bytes, flags);
    case classes.text:
      return { kind: "text", bytes };
    case classes.variable:
      return { kind: (flags & 15) === 1 ? "heap text" : "other", bytes };
    default:
      return { kind: "other", bytes };
  }
}

const numberOf = (dtype: DType | null, bytes: number, flags: number): Datatype =>
  dtype === null ? { kind: "other", bytes } : { kind: "number", dtype, bytes, bigEndian: (flags & 1) !== 0 };

const integerOf = (bytes: number, signed: boolean): DType | null => {
  const names: Readonly<Record<number, readonly [DType, DType | null]>> = {
    1: ["int8", "uint8"],
    2: ["int16", "uint16"],
    4: ["int32", "uint32"],
    8: ["int64", null],
  };
  return names[bytes]?.[signed ? 0 : 1] ?? null;
};

/** IEEE's formats by their bits; bfloat16 has 7 bits of mantissa. */
function floatOf(body: Cursor, bytes: number): DType | null {
  const [offset, precision] = [body.u16(), body.u16()];
  const mantissa = body.skip(3).u8();
  if (offset !== 0 || precision !== 8 * bytes) return null;
  const names: Readonly<Record<string, DType>> = {
    "2.10": "float16",
    "2.7": "bfloat16",
    "4.23": "float32",
    "8.52": "float64",
  };
  return names[`${bytes}.${mantissa}`] ?? null;
}

/** Dataspace message, IV.A.2.b: sizes of the axes, slowest first; [] = one element; null = no element. */
export function shapeOf(body: Cursor): readonly number[] | null {
  const version = body.u8();
  const rank = body.u8();
  body.skip(1);
  const isNull = version > 1 && body.u8() === 2;
  if (version === 1) body.skip(5);
  return isNull ? null : Array.from({ length: rank }, body.length);
}
