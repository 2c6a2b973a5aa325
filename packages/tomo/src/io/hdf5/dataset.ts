import { largestRatio } from "../gzip.ts";
import { treeLeaves } from "./btree_v1.ts";
import type { Cursor } from "./cursor.ts";
import { type Datatype, datatypeOf, shapeOf } from "./datatype.ts";
import type { Hdf5File } from "./file.ts";
import { type Filter, filtersOf, unfiltered } from "./filters.ts";
import { type Message, messageTypes } from "./object_header.ts";

export interface Dataset {
  readonly type: Datatype;
  /** Slowest axis first; null = no elements at all. */
  readonly shape: readonly number[] | null;
  /** The elements in C order, little-endian. */
  readonly bytes: () => Uint8Array;
}

/** The dataset that an object header describes, or null when it describes something else. */
export function datasetOf(file: Hdf5File, messages: readonly Message[]): Dataset | null {
  const find = (type: number) => messages.find((message) => message.type === type);
  const [space, type, layout] = [
    find(messageTypes.dataspace),
    find(messageTypes.datatype),
    find(messageTypes.layout),
  ];
  if (space === undefined || type === undefined || layout === undefined) return null;
  const shape = shapeOf(space.body());
  const filters = find(messageTypes.filters);
  const datatype: Datatype = type.shared ? { kind: "other", bytes: 1 } : datatypeOf(type.body());
  const bytes = (): Uint8Array => {
    if (find(messageTypes.externalFiles) !== undefined)
      file.refuse("a dataset keeps its values in other files");
    const wanted = { shape: shape ?? [0], width: datatype.bytes };
    const stored = storedBytes(file, layout.body(), filters ? filtersOf(filters.body()) : [], wanted);
    return datatype.kind === "number" && datatype.bigEndian ? swapped(stored, datatype.bytes) : stored;
  };
  return { type: datatype, shape, bytes };
}

interface Wanted {
  readonly shape: readonly number[];
  /** Bytes an element. */
  readonly width: number;
}

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** Data layout message, format specification IV.A.2.i. */
function storedBytes(file: Hdf5File, body: Cursor, filters: readonly Filter[], wanted: Wanted): Uint8Array {
  const version = body.u8();
  const length = product(wanted.shape) * wanted.width;
  if (!Number.isSafeInteger(length)) file.refuse("the shape of a dataset is impossible");
  if (version < 1 || version > 4) file.refuse(`a dataset has a layout of version ${version}`);
  const layout = version < 3 ? oldLayout(body) : newLayout(body, version);
  switch (layout.kind) {
    case 0:
      return layout.bytes.length >= length
        ? layout.bytes.slice(0, length)
        : file.refuse("a dataset is longer than its compact values");
    case 1:
      if (length === 0) return new Uint8Array();
      if (layout.address === null) return file.refuse("the values of a dataset were never written");
      return new Uint8Array(file.read(layout.address, length));
    case 2:
      return chunked(file, layout, filters, wanted, length);
    default:
      return file.refuse(
        "a dataset is stored in a rare way (virtual, or chunks indexed in the form of HDF5 1.10)",
      );
  }
}

type Layout =
  | { readonly kind: 0; readonly bytes: Uint8Array }
  | { readonly kind: 1; readonly address: number | null }
  | Chunked
  | { readonly kind: 3 };
interface Chunked {
  readonly kind: 2;
  /** B-tree of the chunks; null = none was written. */
  readonly address: number | null;
  readonly chunk: readonly number[];
}

/** Versions 1 and 2. */
function oldLayout(body: Cursor): Layout {
  const rank = body.u8();
  const kind = body.u8();
  body.skip(5);
  const address = kind === 0 ? null : body.address();
  const sizes = Array.from({ length: rank }, body.u32);
  if (kind === 0) return { kind, bytes: body.bytes(body.u32()) };
  return kind === 1 ? { kind, address } : kind === 2 ? chunkedBy(address, sizes) : { kind: 3 };
}

/** Versions 3 and 4; chunks have new indices in 4. */
function newLayout(body: Cursor, version: number): Layout {
  const kind = body.u8();
  if (kind === 0) return { kind, bytes: body.bytes(body.u16()) };
  if (kind === 1) return { kind, address: body.address() };
  if (kind !== 2 || version > 3) return { kind: 3 };
  const rank = body.u8();
  const address = body.address();
  return chunkedBy(address, Array.from({ length: rank }, body.u32));
}

/** The last of the sizes is that of an element in bytes. */
const chunkedBy = (address: number | null, sizes: readonly number[]): Layout => ({
  kind: 2,
  address,
  chunk: sizes.slice(0, -1),
});

function chunked(
  file: Hdf5File,
  { address, chunk }: Chunked,
  filters: readonly Filter[],
  { shape, width }: Wanted,
  length: number,
): Uint8Array {
  if (chunk.length !== shape.length || chunk.includes(0))
    return file.refuse("the chunks of a dataset have another rank");
  const chunkBytes = product(chunk) * width;
  const most = file.size * largestRatio;
  if (length > most || chunkBytes > most) return file.refuse("a dataset is longer than the file can hold");
  const result = new Uint8Array(length);
  const chunks = product(chunk.map((size, axis) => Math.ceil(shape[axis]! / size)));
  let [filled, seen] = [0, 0];
  for (const { key, child } of address === null ? [] : treeLeaves(file, address, 1, 8 * (chunk.length + 2))) {
    if (++seen > chunks) file.refuse("a dataset has too many chunks");
    const [stored, skipped] = [key.u32(), key.u32()];
    const origin = chunk.map(() => key.uint(8));
    const bytes = unfiltered(file, new Uint8Array(file.read(child, stored)), filters, {
      skipped,
      length: chunkBytes,
      elementBytes: width,
    });
    filled += copyChunk({ bytes, chunk, origin }, { bytes: result, shape }, width);
  }
  return filled === length ? result : file.refuse("chunks of a dataset are missing");
}

/** Copies the part of a chunk that lies in the array, row by row; returns the bytes copied. */
function copyChunk(
  from: { bytes: Uint8Array; chunk: readonly number[]; origin: readonly number[] },
  to: { bytes: Uint8Array; shape: readonly number[] },
  width: number,
): number {
  const { chunk, origin } = from;
  const { shape } = to;
  const extent = chunk.map((size, axis) => Math.max(0, Math.min(size, shape[axis]! - origin[axis]!)));
  const rows = product(extent.slice(0, -1));
  const rowBytes = (extent.at(-1) ?? 1) * width;
  if (rowBytes === 0) return 0;
  for (let row = 0; row < rows; row++) {
    let [rest, source, target] = [row, 0, 0];
    let [sourceStride, targetStride] = [chunk.at(-1) ?? 1, shape.at(-1) ?? 1];
    for (let axis = chunk.length - 2; axis >= 0; axis--) {
      const index = rest % extent[axis]!;
      rest = Math.floor(rest / extent[axis]!);
      source += index * sourceStride;
      target += (origin[axis]! + index) * targetStride;
      sourceStride *= chunk[axis]!;
      targetStride *= shape[axis]!;
    }
    target += origin.at(-1) ?? 0;
    to.bytes.set(from.bytes.subarray(source * width, source * width + rowBytes), target * width);
  }
  return rows * rowBytes;
}

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const result = Buffer.from(bytes);
  if (width === 2) result.swap16();
  if (width === 4) result.swap32();
  if (width === 8) result.swap64();
  return result;
}
