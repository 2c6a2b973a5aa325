import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dtypeCode } from "../dtype.ts";
import { engine } from "../engine.ts";
import { TorchError } from "../errors.ts";
import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import { Tensor } from "../tensor.ts";
import { damaged, type Entry, type Header, maxHeaderBytes, parseHeader } from "./header.ts";

export interface Safetensors {
  /** In the order of the file's header. */
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes at a position of the file; all of them or an error. */
type ReadInto = (target: Uint8Array, position: number) => void;

/**
 * Tensors of a safetensors file in memory; they own copies, since data in a file may be unaligned.
 * @throws TorchError TORCH_BAD_FILE
 */
export function decodeSafetensors(file: ArrayBuffer | Uint8Array): Safetensors {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(file);
  const { header, dataStart } = headerOf(bytes.length, (target, position) =>
    target.set(bytes.subarray(position, position + target.length)),
  );
  return collected(header, (entry) => {
    const data = bytes.subarray(dataStart + entry.begin, dataStart + entry.end);
    return new Tensor(engine().fromTyped(data, entry.shape, dtypeCode(entry.dtype)));
  });
}

/**
 * Tensors of a safetensors file, read straight into their own memory; files may be larger than 2 GiB.
 * @throws TorchError TORCH_BAD_FILE, also when the file cannot be read
 */
export const readSafetensors = (path: string): Safetensors =>
  withOpened(path, (file) => {
    const { header, dataStart } = headerOf(fstatSync(file).size, readerOf(file));
    return collected(header, (entry) => tensorAt(file, dataStart, entry));
  });

/** A safetensors file whose tensors are described but not read yet. */
export interface DescribedSafetensors extends Header {
  /** @throws TorchError TORCH_BAD_FILE */
  readonly read: (entry: Entry) => Tensor;
}

/**
 * Reads only the header; each tensor is read when it is asked for.
 * @throws TorchError TORCH_BAD_FILE, also when the file cannot be read
 */
export function describeSafetensors(path: string): DescribedSafetensors {
  const { header, dataStart } = withOpened(path, (file) => headerOf(fstatSync(file).size, readerOf(file)));
  const read = (entry: Entry) =>
    scope(() => withOpened(path, (file) => checked(entry, tensorAt(file, dataStart, entry))));
  return { ...header, read };
}

function tensorAt(file: number, dataStart: number, entry: Entry): Tensor {
  const tensor = ops.empty(entry.shape, { dtype: entry.dtype });
  const values = tensor.view<NodeJS.TypedArray>();
  const target = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  readerOf(file)(target, dataStart + entry.begin);
  return tensor;
}

function withOpened<T>(path: string, use: (file: number) => T): T {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw new TorchError("TORCH_BAD_FILE", `${path} cannot be read: ${(cause as Error).message}`, "", {
      cause,
    });
  }
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** readSync takes at most 2^31 - 1 bytes a call. */
const pieceBytes = 2 ** 30;

const readerOf =
  (file: number): ReadInto =>
  (target, position) => {
    for (let done = 0; done < target.length; ) {
      const wanted = Math.min(pieceBytes, target.length - done);
      const read = readSync(file, target, done, wanted, position + done);
      if (read === 0) throw damaged("it ends in the middle of its data");
      done += read;
    }
  };

function headerOf(size: number, read: ReadInto): { header: Header; dataStart: number } {
  if (size < 8) throw damaged(`it has only ${size} bytes`);
  const prefix = new Uint8Array(8);
  read(prefix, 0);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > BigInt(Math.min(maxHeaderBytes, size - 8)))
    throw damaged(`its header would have ${length} bytes, the file has ${size}`);
  const text = new Uint8Array(Number(length));
  read(text, 8);
  const dataStart = 8 + text.length;
  return { header: parseHeader(text, size - dataStart), dataStart };
}

const collected = (header: Header, load: (entry: Entry) => Tensor): Safetensors =>
  scope(() => {
    const tensors = header.entries.map((entry) => [entry.name, checked(entry, load(entry))] as const);
    return { tensors: Object.fromEntries(tensors), metadata: header.metadata };
  });

/** A boolean must be 0 or 1: libtorch's kernels rely on it. */
function checked(entry: Entry, tensor: Tensor): Tensor {
  if (entry.dtype === "bool" && tensor.toTypedArray<Uint8Array>().some((value) => value > 1))
    throw damaged(`"${entry.name}" has booleans that are neither 0 nor 1`);
  return tensor;
}
