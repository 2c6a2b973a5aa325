import { inflateSync } from "node:zlib";
import type { Cursor } from "./cursor.ts";
import type { Hdf5File } from "./file.ts";

export interface Filter {
  readonly id: number;
  readonly name: string;
}

const names: Readonly<Record<number, string>> = {
  1: "deflate",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "n-bit",
  6: "scale-offset",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32015: "zstd",
};

/** Filter pipeline message, format specification IV.A.2.l: in the order in which they were applied. */
export function filtersOf(body: Cursor): readonly Filter[] {
  const version = body.u8();
  const count = body.u8();
  if (version === 1) body.skip(6);
  return Array.from({ length: count }, () => {
    const id = body.u16();
    const nameBytes = version === 1 || id >= 256 ? body.u16() : 0;
    const values = body.skip(2).u16();
    body.skip(version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes);
    body.skip(4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    return { id, name: names[id] ?? `number ${id}` };
  });
}

/**
 * A chunk as it was before the filters.
 * @param skipped bit i: filter i was not applied to this chunk
 * @param length bytes that must come out
 */
export function unfiltered(
  file: Hdf5File,
  stored: Uint8Array,
  filters: readonly Filter[],
  { skipped, length, elementBytes }: { skipped: number; length: number; elementBytes: number },
): Uint8Array {
  let bytes = stored;
  for (const [i, { id, name }] of [...filters.entries()].reverse()) {
    if (skipped & (1 << i)) continue;
    if (id === 1) bytes = inflated(file, bytes, length + checksumBytes);
    else if (id === 2) bytes = unshuffled(bytes, elementBytes);
    // the checksum behind the data is not verified
    else if (id === 3) bytes = bytes.subarray(0, Math.max(0, bytes.length - checksumBytes));
    else file.refuse(`a dataset is compressed by the filter ${name}; deflate and shuffle are known`);
  }
  return bytes.length === length
    ? bytes
    : file.refuse(`a chunk has ${bytes.length} bytes instead of ${length}`);
}

const checksumBytes = 4;

function inflated(file: Hdf5File, bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    return file.refuse(`a chunk cannot be unpacked (${(cause as Error).message})`);
  }
}

/** Shuffled: first the first bytes of all elements, then the second ones … */
function unshuffled(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const count = Math.floor(bytes.length / elementBytes);
  const result = new Uint8Array(bytes);
  for (let byte = 0; byte < elementBytes; byte++)
    for (let i = 0; i < count; i++) result[i * elementBytes + byte] = bytes[byte * count + i]!;
  return result;
}
