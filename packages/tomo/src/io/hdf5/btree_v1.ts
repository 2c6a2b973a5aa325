import type { Cursor } from "./cursor.ts";
import type { Hdf5File } from "./file.ts";

const deepest = 16;

/**
 * The entries at the bottom of a B-tree of version 1 (format specification III.A.1): each has the key in front of it.
 * @param type 0 = group, 1 = chunks
 */
export function* treeLeaves(
  file: Hdf5File,
  address: number,
  type: 0 | 1,
  keyBytes: number,
): Generator<{ readonly key: Cursor; readonly child: number }> {
  const visited = new Set<number>();
  function* below(node: number, expectedLevel: number | null): Generator<{ key: Cursor; child: number }> {
    if (visited.has(node)) file.refuse("a B-tree leads back into itself");
    visited.add(node);
    const head = file.at(node, 8).expect("TREE");
    const [ownType, level, count] = [head.u8(), head.u8(), head.u16()];
    if (ownType !== type || level > deepest || level !== (expectedLevel ?? level))
      file.refuse("a B-tree has a node of another kind or level");
    const start = 8 + 2 * file.widths.address;
    const entries = file.at(node, start + count * (keyBytes + file.widths.address)).skip(start);
    for (let i = 0; i < count; i++) {
      const key = entries.part(keyBytes);
      const child = entries.pointer();
      if (level === 0) yield { key, child };
      else yield* below(child, level - 1);
    }
  }
  yield* below(address, null);
}
