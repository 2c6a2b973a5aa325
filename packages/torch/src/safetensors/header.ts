import { bytesPerElement, type DType } from "../dtype.ts";
import { TorchError } from "../errors.ts";

/** Where one tensor lies. */
export interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** First byte and the byte after the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}
export interface Header {
  /** In the order of the file's header. */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

const dtypes = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
} as const satisfies Record<string, DType>;
const codes = new Map<DType, string>(Object.entries(dtypes).map(([code, dtype]) => [dtype, code]));

/** Limit of the format's reference implementation. */
export const maxHeaderBytes = 100_000_000;
const metadataKey = "__metadata__";

export const damaged = (message: string): TorchError =>
  new TorchError("TORCH_BAD_FILE", `not a valid safetensors file: ${message}`);

/** The header's bytes, with the length in front and blanks behind, so that the data starts at a multiple of 8. */
export function writeHeader({ entries, metadata }: Header): Uint8Array {
  const described = entries.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype: codes.get(dtype), shape, data_offsets: [begin, end] },
  ]);
  const first = Object.keys(metadata).length > 0 ? [[metadataKey, metadata]] : [];
  const text = Buffer.from(JSON.stringify(Object.fromEntries([...first, ...described])));
  const bytes = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, " ");
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8), 0);
  text.copy(bytes, 8);
  return bytes;
}

/**
 * Reads a header and proves that its tensors tile the `dataBytes` that follow it, without holes or overlaps, so that
 * what is allocated later is never more than the file holds.
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number): Header {
  const object = jsonObject(bytes);
  const metadata = object[metadataKey] ?? {};
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== "string"))
    throw damaged("__metadata__ is not a map of strings");
  const entries = Object.entries(object)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => entryOf(name, value));
  checkTiling(entries, dataBytes);
  return { entries, metadata: metadata as Record<string, string> };
}

function jsonObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(`its header is not JSON (${(cause as Error).message})`);
  }
  if (!isRecord(value)) throw damaged("its header is not an object");
  if (keysWritten(text) !== keysIn(value)) throw damaged("its header has a key twice");
  return value;
}

/** JSON.parse keeps the last of several equal keys; strings are tokens that end in a colon only as keys. */
const keysWritten = (text: string): number =>
  Array.from(text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)).filter((match) => match[1] !== undefined).length;

function keysIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((total, item) => total + keysIn(item), 0);
  if (!isRecord(value)) return 0;
  return Object.values(value).reduce<number>((total, item) => total + 1 + keysIn(item), 0);
}

function entryOf(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw damaged(`"${name}" is not described`);
  const { dtype: code, shape, data_offsets: offsets } = value;
  if (typeof code !== "string" || !Object.hasOwn(dtypes, code))
    throw damaged(`"${name}" has the unknown dtype ${JSON.stringify(code)}`);
  if (!isCounts(shape)) throw damaged(`"${name}" has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2) throw damaged(`"${name}" has no valid data_offsets`);
  const [begin, end] = offsets as [number, number];
  const dtype = dtypes[code as keyof typeof dtypes];
  const bytes = shape.reduce((product, size) => product * size, bytesPerElement(dtype));
  if (end - begin !== bytes)
    throw damaged(`"${name}" has ${end - begin} bytes, its shape and dtype need ${bytes}`);
  return { name, dtype, shape, begin, end };
}

function checkTiling(entries: readonly Entry[], dataBytes: number): void {
  let expected = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected) throw damaged(`"${name}" starts at byte ${begin}, expected ${expected}`);
    expected = end;
  }
  if (expected !== dataBytes)
    throw damaged(`its tensors need ${expected} bytes of data, the file has ${dataBytes}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
