import { resolve } from "node:path";
import { crc32, inflateRawSync } from "node:zlib";
import { TomoError } from "../../errors/tomo_error.ts";
import { largestRatio } from "../gzip.ts";
import { type OpenFile, withFile } from "../read_file.ts";
import { printable } from "../weights/printable.ts";

/** Where a member of a zip archive lies. */
export interface ZipEntry {
  /** Bytes unpacked. */
  readonly size: number;
  readonly packedSize: number;
  readonly method: "stored" | "deflate" | "other";
  readonly crc: number;
  /** Of its local header. */
  readonly headerOffset: number;
}
/** By name, in the archive's order. */
export type ZipEntries = ReadonlyMap<string, ZipEntry>;

export const zipFault = (path: string, reason: string): TomoError =>
  new TomoError("TOMO_WEIGHTS_UNREADABLE", `${path} cannot be read as a zip archive: ${reason}`, {
    where: { file: resolve(path) },
    hint: "copy or download the file again",
  });

export const isZip = (head: Uint8Array): boolean => Buffer.from(head.subarray(0, 4)).equals(marks.local);

const marks = {
  local: Buffer.from("PK\x03\x04"),
  entry: Buffer.from("PK\x01\x02"),
  end: Buffer.from("PK\x05\x06"),
  end64: Buffer.from("PK\x06\x06"),
  locator64: Buffer.from("PK\x06\x07"),
} as const;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const longestComment = 0xffff;

/** @throws TomoError TOMO_WEIGHTS_UNREADABLE */
export const readZipEntries = (path: string): ZipEntries =>
  withFile(path, (file) => {
    const { start, length, count } = directoryOf(file);
    if (start + length > file.size) throw zipFault(path, "it was cut");
    return entriesOf(Buffer.from(file.read(start, length)), count, path);
  });

interface Directory {
  readonly start: number;
  readonly length: number;
  readonly count: number;
}

/** The record at the end of the file, or its 64-bit form. */
function directoryOf(file: OpenFile): Directory {
  const tailBytes = Math.min(file.size, endBytes + longestComment + 20);
  const tail = Buffer.from(file.read(file.size - tailBytes, tailBytes));
  const end = tail.lastIndexOf(marks.end);
  if (end < 0 || end + endBytes > tail.length)
    throw zipFault(file.path, "its directory is missing at the end, so it was cut");
  const small = {
    count: tail.readUInt16LE(end + 10),
    length: tail.readUInt32LE(end + 12),
    start: tail.readUInt32LE(end + 16),
  };
  const locator = end - 20;
  if (locator < 0 || !tail.subarray(locator, locator + 4).equals(marks.locator64)) return small;
  const at = number64(tail, locator + 8, file.path);
  if (at + 56 > file.size) throw zipFault(file.path, "its 64-bit directory lies outside of it");
  const record = Buffer.from(file.read(at, 56));
  if (!record.subarray(0, 4).equals(marks.end64))
    throw zipFault(file.path, "its 64-bit directory is missing");
  return {
    count: number64(record, 32, file.path),
    length: number64(record, 40, file.path),
    start: number64(record, 48, file.path),
  };
}

function entriesOf(directory: Buffer, count: number, path: string): ZipEntries {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  while (at < directory.length) {
    if (at + entryBytes > directory.length || !directory.subarray(at, at + 4).equals(marks.entry))
      throw zipFault(path, "its directory is damaged");
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      directory.readUInt16LE(at + field),
    ) as [number, number, number];
    const nameEnd = at + entryBytes + nameBytes;
    const next = nameEnd + extraBytes + commentBytes;
    if (next > directory.length) throw zipFault(path, "its directory is damaged");
    const name = directory.toString("utf8", at + entryBytes, nameEnd);
    if (entries.has(name)) throw zipFault(path, `it has two members ${printable(name)}`);
    const extra = directory.subarray(nameEnd, nameEnd + extraBytes);
    entries.set(name, entryOf(directory.subarray(at, at + entryBytes), extra, path));
    at = next;
  }
  if (entries.size !== count) throw zipFault(path, `its directory has ${entries.size} of ${count} members`);
  return entries;
}

function entryOf(fixed: Buffer, extra: Buffer, path: string): ZipEntry {
  const wide = wideFields(extra);
  let next = 0;
  const field = (at: number): number => {
    const value = fixed.readUInt32LE(at);
    if (value !== 0xffffffff || wide === null) return value;
    if (next + 8 > wide.length) throw zipFault(path, "a 64-bit field is missing");
    next += 8;
    return number64(wide, next - 8, path);
  };
  const encrypted = (fixed.readUInt16LE(8) & 1) !== 0;
  const method = fixed.readUInt16LE(10);
  const size = field(24);
  return {
    size,
    packedSize: field(20),
    headerOffset: field(42),
    crc: fixed.readUInt32LE(16),
    method: encrypted ? "other" : method === 0 ? "stored" : method === 8 ? "deflate" : "other",
  };
}

/** The extra field that holds what does not fit into 32 bits. */
function wideFields(extra: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}

function number64(bytes: Buffer, at: number, path: string): number {
  const value = Number(bytes.readBigUInt64LE(at));
  return Number.isSafeInteger(value) ? value : refuse(path, "a size in it is beyond 2^53");
}

const refuse = (path: string, reason: string): never => {
  throw zipFault(path, reason);
};

/** First byte of a member's data. */
export function dataStart(file: OpenFile, entry: ZipEntry): number {
  if (entry.headerOffset + localBytes > file.size) throw zipFault(file.path, "a member lies outside of it");
  const header = Buffer.from(file.read(entry.headerOffset, localBytes));
  if (!header.subarray(0, 4).equals(marks.local)) throw zipFault(file.path, "a member lacks its header");
  const start = entry.headerOffset + localBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.packedSize > file.size) throw zipFault(file.path, "it was cut: a member ends after it");
  return start;
}

/**
 * Bytes [offset, offset + length) of a member; the checksum is compared when that is all of it.
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE
 */
export function readMember(
  path: string,
  entry: ZipEntry,
  range: { readonly offset: number; readonly length: number } = { offset: 0, length: entry.size },
): ArrayBuffer {
  if (range.offset + range.length > entry.size) throw zipFault(path, "a member is shorter than its use");
  return withFile(path, (file) => {
    const start = dataStart(file, entry);
    if (entry.method === "stored" && entry.size !== entry.packedSize)
      throw zipFault(path, "a member has two sizes");
    if (entry.method === "stored" && range.length < entry.size)
      return file.read(start + range.offset, range.length);
    const packed = file.read(start, entry.packedSize);
    const all = entry.method === "stored" ? packed : unpacked(path, new Uint8Array(packed), entry);
    if (crc32(new Uint8Array(all)) !== entry.crc) throw zipFault(path, "the checksum of a member differs");
    return range.length === entry.size ? all : all.slice(range.offset, range.offset + range.length);
  });
}

function unpacked(path: string, packed: Uint8Array, { size, method }: ZipEntry): ArrayBuffer {
  if (method === "other")
    throw zipFault(path, "a member is encrypted, or packed by another method than deflate");
  if (size > packed.length * largestRatio) throw zipFault(path, "a member is longer than its data can be");
  try {
    const bytes = inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
    if (bytes.length === size) return Uint8Array.from(bytes).buffer;
  } catch (cause) {
    throw zipFault(path, `a member cannot be unpacked (${(cause as Error).message})`);
  }
  throw zipFault(path, "a member is shorter than its directory says");
}
