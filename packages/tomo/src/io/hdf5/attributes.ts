import { type Cursor, textOf } from "./cursor.ts";
import { type Datatype, datatypeOf, shapeOf } from "./datatype.ts";
import type { Hdf5File } from "./file.ts";
import { heapObjects } from "./fractal_heap.ts";
import { type Message, messageTypes } from "./object_header.ts";

/** Attributes that are strings or lists of strings, by name; all others are left out. */
export function textAttributes(
  file: Hdf5File,
  messages: readonly Message[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const add = (body: Cursor): void => {
    const attribute = attributeOf(file, body);
    if (attribute !== null) found.set(attribute.name, attribute.texts);
  };
  for (const { type, shared, body } of messages) {
    if (shared) continue;
    if (type === messageTypes.attribute) add(body());
    if (type === messageTypes.attributeInfo) for (const object of heapAttributes(file, body())) add(object);
  }
  return found;
}

/** Many or large attributes lie in a heap. */
function heapAttributes(file: Hdf5File, info: Cursor): Iterable<Cursor> {
  const flags = info.skip(1).u8();
  if (flags & 1) info.skip(2);
  const [heap, index] = [info.address(), info.address()];
  return heap === null || index === null ? [] : heapObjects(file, heap, index);
}

/** Attribute message, format specification IV.A.2.m. */
function attributeOf(file: Hdf5File, body: Cursor): { name: string; texts: readonly string[] } | null {
  const version = body.u8();
  const flags = body.u8();
  const sizes = [body.u16(), body.u16(), body.u16()] as const;
  if (version === 3) body.skip(1);
  if (version < 1 || version > 3 || (version > 1 && flags !== 0)) return null;
  const [name, typeBytes, spaceBytes] = sizes.map((size) => {
    const part = body.bytes(size);
    if (version === 1) body.skip(Math.min(body.rest, -size & 7));
    return part;
  }) as [Uint8Array, Uint8Array, Uint8Array];
  const shape = shapeOf(body.over(spaceBytes));
  const texts = shape === null ? null : textsOf(file, datatypeOf(body.over(typeBytes)), shape, body);
  return texts === null ? null : { name: textOf(name), texts };
}

function textsOf(
  file: Hdf5File,
  datatype: Datatype,
  shape: readonly number[],
  data: Cursor,
): readonly string[] | null {
  if (datatype.kind !== "text" && datatype.kind !== "heap text") return null;
  const count = shape.reduce((product, size) => product * size, 1);
  if (count * datatype.bytes > data.rest) file.refuse("an attribute is longer than its message");
  if (datatype.bytes === 0) return null;
  return Array.from({ length: count }, () =>
    datatype.kind === "text" ? data.text(datatype.bytes) : heapText(file, data.part(datatype.bytes)),
  );
}

/** Reference to a string: its length, and where in which global heap it lies (III.E). */
function heapText(file: Hdf5File, reference: Cursor): string {
  const length = reference.u32();
  const address = reference.address();
  if (length === 0 || address === null || address === 0) return "";
  const index = reference.u32();
  const size = file.at(address, 16).expect("GCOL").skip(4).length();
  const heap = file.at(address, size).skip(8 + file.widths.length);
  while (heap.rest >= 8 + file.widths.length) {
    const found = heap.u16();
    const bytes = heap.skip(6).length();
    // the rest of the heap is free
    if (found === 0) break;
    const content = heap.bytes(bytes);
    if (found === index) return textOf(content.subarray(0, length));
    heap.skip(Math.min(heap.rest, -bytes & 7));
  }
  return file.refuse("a string is not where its reference points");
}
