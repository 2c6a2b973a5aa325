import { resolve } from "node:path";
import { TomoError } from "../../errors/tomo_error.ts";
import { type OpenFile, withFile } from "../read_file.ts";
import { Cursor, type FieldWidths, type Refuse } from "./cursor.ts";

/** Where an HDF5 file lies within a file: all of it, or an uncompressed member of an archive. */
export interface Window {
  readonly path: string;
  readonly start: number;
  /** Bytes; null = up to the end. */
  readonly length: number | null;
}

/** An HDF5 file open for reading. */
export interface Hdf5File {
  /** Bytes. */
  readonly size: number;
  /** Object header of the root group. */
  readonly root: number;
  readonly widths: FieldWidths;
  readonly refuse: Refuse;
  /** The bytes at an address. */
  readonly read: (address: number, length: number) => ArrayBuffer;
  /** A structure at an address. Structures may point in circles, so what they read in all is limited. */
  readonly at: (address: number, length: number) => Cursor;
  /** As `at`, but fewer bytes where the file ends before. */
  readonly upTo: (address: number, length: number) => Cursor;
}

const signature = "\x89HDF\r\n\x1a\n";
const longestSuperblock = 96;
/** Bytes that the structures of a file may take, some of them read often; sane files need a hundredth. */
const structureBudget = (size: number): number => Math.min(2 ** 28, 2 ** 20 + 256 * size);
/** Small reads count as this many bytes. */
const leastCost = 64;

/** Whether a file begins with HDF5's signature. */
export const isHdf5 = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 8)).toString("latin1") === signature;

/**
 * Opens an HDF5 file for the duration of `use`. Reads the format of HDF5 1.0 to 2.0 (superblocks 0 to 3).
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE, and those of withFile
 */
export function withHdf5<T>(window: Window, use: (file: Hdf5File) => T): T {
  return withFile(window.path, (file) => use(opened(file, window)));
}

export const hdf5Fault = (path: string, reason: string): TomoError =>
  new TomoError("TOMO_WEIGHTS_UNREADABLE", `${path} cannot be read as HDF5: ${reason}`, {
    where: { file: resolve(path) },
    hint: "copy or download the file again, or save it again with Keras",
  });

function opened(file: OpenFile, { path, start, length }: Window): Hdf5File {
  const size = Math.min(length ?? file.size, file.size - start);
  const refuse: Refuse = (reason) => {
    throw hdf5Fault(path, reason);
  };
  let spent = 0;
  const read = (address: number, count: number): ArrayBuffer => {
    if (count > size - address)
      refuse(`it ends after ${size} bytes, but refers to bytes ${address} to ${address + count}`);
    return file.read(start + address, count);
  };
  const cursor = (base: number, address: number, count: number, widths: FieldWidths): Cursor => {
    spent += Math.max(count, leastCost);
    if (spent > structureBudget(size)) refuse("its structures go round in circles");
    return new Cursor(new Uint8Array(read(base + address, count)), widths, refuse);
  };
  const none = { address: 8, length: 8 };
  const block = superblock(cursor(0, 0, Math.min(longestSuperblock, size), none), refuse);
  const { base, widths } = block;
  if (block.end > size) refuse(`it was cut: it has ${size} of ${block.end} bytes`);
  return {
    size,
    root: block.root,
    widths,
    refuse,
    read: (address, count) => read(base + address, count),
    at: (address, count) => cursor(base, address, count, widths),
    upTo: (address, count) =>
      cursor(base, address, Math.max(0, Math.min(count, size - base - address)), widths),
  };
}

interface Superblock {
  readonly widths: FieldWidths;
  /** Where address 0 lies. */
  readonly base: number;
  readonly root: number;
  /** Bytes that the file should have. */
  readonly end: number;
}

/** Format specification III.A. */
function superblock(start: Cursor, refuse: Refuse): Superblock {
  if (!isHdf5(start.bytes(8))) refuse("it does not begin as one");
  const version = start.u8();
  if (version > 3) refuse(`its superblock has version ${version}; versions 0 to 3 are known`);
  if (version < 2) start.skip(4);
  const widths = { address: start.u8(), length: start.u8() };
  if (![2, 4, 8].includes(widths.address) || ![2, 4, 8].includes(widths.length))
    refuse(`its addresses have ${widths.address} bytes, its lengths ${widths.length}`);
  // group constants of the old form, then flags; version 1 adds a constant for chunks
  start.skip(version < 2 ? 9 + (version === 1 ? 4 : 0) : 1);
  const fields = new Cursor(start.bytes(start.rest), widths, refuse);
  const base = fields.pointer();
  fields.address();
  const end = fields.pointer();
  if (version < 2) fields.skip(2 * widths.address);
  return { widths, base, end, root: fields.pointer() };
}
