import { treeLeaves } from "./btree_v1.ts";
import type { Cursor } from "./cursor.ts";
import type { Hdf5File } from "./file.ts";
import { heapObjects } from "./fractal_heap.ts";
import { type Message, messageTypes } from "./object_header.ts";

/** Addresses of the members of a group by name. Soft and external links are left out: no other file is opened. */
export function membersOf(file: Hdf5File, messages: readonly Message[]): ReadonlyMap<string, number> {
  const members = new Map<string, number>();
  const add = ({ name, address }: Link): void => {
    if (address !== null) members.set(name, address);
  };
  for (const { type, body } of messages) {
    if (type === messageTypes.symbolTable) for (const link of symbolTable(file, body())) add(link);
    if (type === messageTypes.link) add(linkOf(body()));
    if (type === messageTypes.linkInfo) for (const object of heapLinks(file, body())) add(linkOf(object));
  }
  return members;
}

interface Link {
  readonly name: string;
  /** Null when it is no hard link. */
  readonly address: number | null;
}

const symbolicLink = 2;

/** The old form: a B-tree of tables, names in a local heap (format specification III.A.1, III.C, III.D). */
function* symbolTable(file: Hdf5File, message: Cursor): Generator<Link> {
  const [tree, heapAddress] = [message.pointer(), message.pointer()];
  const { length: lengthWidth, address: addressWidth } = file.widths;
  const heap = file
    .at(heapAddress, 8 + 2 * lengthWidth + addressWidth)
    .expect("HEAP")
    .skip(4);
  const nameBytes = heap.length();
  const nameStart = heap.skip(lengthWidth).pointer();
  const nameAt = (offset: number): string =>
    offset < nameBytes
      ? file.at(nameStart + offset, nameBytes - offset).terminated()
      : file.refuse("the name of a link lies outside of its heap");
  for (const { child } of treeLeaves(file, tree, 0, lengthWidth)) {
    const count = file.at(child, 8).expect("SNOD").skip(2).u16();
    const entryBytes = 2 * addressWidth + 24;
    const table = file.at(child, 8 + count * entryBytes).skip(8);
    for (let i = 0; i < count; i++) {
      const entry = table.part(entryBytes);
      const [nameOffset, address, cacheType] = [entry.uint(addressWidth), entry.address(), entry.u32()];
      yield { name: nameAt(nameOffset), address: cacheType === symbolicLink ? null : address };
    }
  }
}

/** Link message, IV.A.2.g. */
function linkOf(body: Cursor): Link {
  const flags = body.skip(1).u8();
  const type = flags & 8 ? body.u8() : 0;
  if (flags & 4) body.skip(8);
  if (flags & 16) body.skip(1);
  const name = body.text(body.uint(1 << (flags & 3)));
  return { name, address: type === 0 ? body.address() : null };
}

/** The new form with many links: a heap of link messages. */
function heapLinks(file: Hdf5File, info: Cursor): Iterable<Cursor> {
  const flags = info.skip(1).u8();
  if (flags & 1) info.skip(8);
  const [heap, index] = [info.address(), info.address()];
  return heap === null || index === null ? [] : heapObjects(file, heap, index);
}
