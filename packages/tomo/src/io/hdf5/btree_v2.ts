import type { Cursor } from "./cursor.ts";
import type { Hdf5File } from "./file.ts";

interface Tree {
  readonly type: number;
  readonly nodeBytes: number;
  readonly recordBytes: number;
  /** By depth (0 = leaf): bytes of the counts in a pointer to a node of that depth. */
  readonly countWidths: readonly { readonly records: number; readonly all: number }[];
}

/** Mark, version and type in front, checksum behind. */
const overhead = 10;
const deepest = 16;

/** The records of a B-tree of version 2 (format specification III.A.2), in their order. */
export function* indexRecords(
  file: Hdf5File,
  address: number,
): Generator<{ readonly type: number; readonly record: Cursor }> {
  const header = file
    .at(address, 16 + file.widths.address + 2 + file.widths.length)
    .expect("BTHD")
    .skip(1);
  const type = header.u8();
  const [nodeBytes, recordBytes, depth] = [header.u32(), header.u16(), header.u16()];
  const root = header.skip(2).address();
  const count = header.u16();
  if (recordBytes === 0 || nodeBytes <= overhead + recordBytes || depth > deepest)
    file.refuse("a B-tree in it has impossible sizes");
  if (root === null) return;
  const tree = {
    type,
    nodeBytes,
    recordBytes,
    countWidths: countWidthsOf(file, nodeBytes, recordBytes, depth),
  };
  yield* recordsOf(file, tree, root, count, depth);
}

/** A node's capacity decides the width of the counts that point to it. */
function countWidthsOf(file: Hdf5File, nodeBytes: number, recordBytes: number, depth: number) {
  const leafCapacity = Math.floor((nodeBytes - overhead) / recordBytes);
  const widths = [{ records: bytesFor(leafCapacity), all: 0 }];
  let [capacity, all] = [leafCapacity, leafCapacity];
  for (let level = 1; level <= depth; level++) {
    const below = widths[level - 1]!;
    const pointer = file.widths.address + below.records + below.all;
    capacity = Math.floor((nodeBytes - overhead - pointer) / (recordBytes + pointer));
    all = (capacity + 1) * all + capacity;
    widths.push({ records: widths[0]!.records, all: bytesFor(all) });
  }
  return widths;
}

/** Bytes that hold a number up to `largest`. */
export const bytesFor = (largest: number): number => Math.floor(Math.log2(Math.max(1, largest)) / 8) + 1;

function* recordsOf(
  file: Hdf5File,
  tree: Tree,
  address: number,
  count: number,
  depth: number,
): Generator<{ readonly type: number; readonly record: Cursor }> {
  const node = file
    .upTo(address, tree.nodeBytes)
    .expect(depth === 0 ? "BTLF" : "BTIN")
    .skip(2);
  const records = Array.from({ length: count }, () => ({
    type: tree.type,
    record: node.part(tree.recordBytes),
  }));
  if (depth === 0) return yield* records;
  const { records: countWidth, all } = tree.countWidths[depth - 1]!;
  for (let i = 0; i <= count; i++) {
    const child = node.pointer();
    const childCount = node.uint(countWidth);
    node.skip(all);
    yield* recordsOf(file, tree, child, childCount, depth - 1);
    if (i < count) yield records[i]!;
  }
}
