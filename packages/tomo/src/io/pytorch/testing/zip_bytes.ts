import { crc32, deflateRawSync } from "node:zlib";

export interface ZipOptions {
  readonly deflate?: boolean;
  /** Sizes and offsets in 64-bit fields, as in archives beyond 4 GiB. */
  readonly wide?: boolean;
}

/** A zip archive of some members. */
export function zipBytes(
  members: Readonly<Record<string, Uint8Array | string>>,
  { deflate = false, wide = false }: ZipOptions = {},
): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const bytes = Buffer.from(content);
    const packed = deflate ? deflateRawSync(bytes) : bytes;
    const local = Buffer.alloc(30);
    local.write("PK\x03\x04", "latin1");
    local.writeUInt16LE(deflate ? 8 : 0, 8);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    pieces.push(local, Buffer.from(name), packed);
    const extra = wide ? wideField([bytes.length, packed.length, offset]) : Buffer.alloc(0);
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02", "latin1");
    entry.writeUInt16LE(deflate ? 8 : 0, 10);
    entry.writeUInt32LE(crc32(bytes), 16);
    for (const [at, value] of [
      [20, packed.length],
      [24, bytes.length],
      [42, offset],
    ] as const)
      entry.writeUInt32LE(wide ? 0xffffffff : value, at);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt16LE(extra.length, 30);
    directory.push(entry, Buffer.from(name), extra);
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([
    ...pieces,
    central,
    ...ending(Object.keys(members).length, central.length, offset, wide),
  ]);
}

function wideField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => void field.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
  return field;
}

function ending(count: number, length: number, start: number, wide: boolean): Buffer[] {
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(wide ? 0xffff : count, 10);
  end.writeUInt32LE(wide ? 0xffffffff : length, 12);
  end.writeUInt32LE(wide ? 0xffffffff : start, 16);
  if (!wide) return [end];
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06", "latin1");
  for (const [at, value] of [
    [32, count],
    [40, length],
    [48, start],
  ] as const)
    record.writeBigUInt64LE(BigInt(value), at);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  return [record, locator, end];
}
