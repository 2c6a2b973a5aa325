import { bytesFor, indexRecords } from "./btree_v2.ts";
import type { Cursor } from "./cursor.ts";
import type { Hdf5File } from "./file.ts";

interface Heap {
  readonly address: number;
  readonly widths: { readonly offset: number; readonly length: number };
  readonly columns: number;
  readonly startBlock: number;
  readonly maxDirectBlock: number;
  readonly root: number;
  /** Rows of the root's table of blocks; 0 = the root is the only block. */
  readonly rootRows: number;
}

/**
 * The objects of a fractal heap (format specification III.G), in the order of the B-tree that indexes them: links of
 * a group, attributes of an object.
 */
export function* heapObjects(file: Hdf5File, heapAddress: number, indexAddress: number): Generator<Cursor> {
  const heap = headerOf(file, heapAddress);
  for (const { type, record } of indexRecords(file, indexAddress)) {
    const id = heapIdOf(file, type, record);
    const kind = (id.u8() >> 4) & 3;
    if (kind !== 0) file.refuse("an object of a heap is of a rare kind (huge or tiny)");
    const offset = id.uint(heap.widths.offset);
    yield objectAt(file, heap, offset, id.uint(heap.widths.length));
  }
}

/** Where in its record an index keeps the heap's ID of the object. */
function heapIdOf(file: Hdf5File, type: number, record: Cursor): Cursor {
  switch (type) {
    case 5: // links by name: hash, ID
      return record.skip(4);
    case 8: // attributes by name: ID, flags, order, hash
      return record;
    default:
      return file.refuse(`a B-tree of type ${type} stands where names are indexed`);
  }
}

function headerOf(file: Hdf5File, address: number): Heap {
  const { address: addressWidth, length: lengthWidth } = file.widths;
  const body = file.at(address, 22 + 12 * lengthWidth + 3 * addressWidth).expect("FRHP");
  body.skip(3);
  const filterBytes = body.u16();
  if (filterBytes !== 0) file.refuse("a heap in it is compressed");
  body.skip(1);
  const largestObject = body.u32();
  body.skip(10 * lengthWidth + 2 * addressWidth);
  const columns = body.u16();
  const [startBlock, maxDirectBlock] = [body.length(), body.length()];
  const bits = body.u16();
  body.skip(2);
  const root = body.pointer();
  const rootRows = body.u16();
  if (columns === 0 || startBlock === 0 || maxDirectBlock < startBlock) file.refuse("a heap has no blocks");
  const widths = {
    offset: Math.ceil(bits / 8),
    length: Math.min(Math.ceil(Math.log2(maxDirectBlock) / 8), bytesFor(largestObject)),
  };
  return { address, widths, columns, startBlock, maxDirectBlock, root, rootRows };
}

/** Finds the block of an offset: blocks lie in rows of a table, and all but the first two rows double the size. */
function objectAt(file: Hdf5File, heap: Heap, offset: number, length: number): Cursor {
  let [block, rows, from] = [heap.root, heap.rootRows, 0];
  while (rows > 0) {
    const entry = entryOf(heap, rows, offset - from);
    if (entry === null) return file.refuse("an object of a heap lies outside of it");
    const header = 5 + file.widths.address + heap.widths.offset;
    const table = file.at(block, header + file.widths.address * (entry.index + 1)).expect("FHIB");
    block = table.skip(header - 4 + file.widths.address * entry.index).pointer();
    rows = entry.rows;
    from += entry.from;
  }
  file.at(block, 4).expect("FHDB");
  return file.at(block + offset - from, length);
}

/** Number, start and own rows (0 = a direct block) of the block in a table that holds a place. */
function entryOf(
  heap: Heap,
  rows: number,
  place: number,
): { index: number; from: number; rows: number } | null {
  let from = 0;
  for (let row = 0; row < rows; row++) {
    const size = heap.startBlock * 2 ** Math.max(0, row - 1);
    const column = Math.floor((place - from) / size);
    if (column >= 0 && column < heap.columns) {
      const isDirect = size <= heap.maxDirectBlock;
      return {
        index: row * heap.columns + column,
        from: from + column * size,
        rows: isDirect ? 0 : Math.log2(size / (heap.startBlock * heap.columns)) + 1,
      };
    }
    from += size * heap.columns;
  }
  return null;
}
