import { bytesPerElement } from "@tomo/torch";
import { type OpenFile, withFile } from "../read_file.ts";
import { printable } from "../weights/printable.ts";
import type { StoredTensor } from "../weights/stored_tensor.ts";
import { type Storage, storageOf, torchGlobals } from "./globals.ts";
import { pytorchFault, stateDictTensors } from "./state_dict.ts";
import { type PickleHost, unpickle } from "./unpickle.ts";
import { readMember, type ZipEntries } from "./zip.ts";

/** Pickles of state dicts have some 100 bytes a tensor. */
const largestPickle = 2 ** 26;

const hostFor = (path: string, seen?: (storage: Storage) => void): PickleHost => {
  const refuse = (reason: string): never => {
    throw pytorchFault(path, reason);
  };
  return {
    refuse,
    global: torchGlobals(refuse),
    persistent: (id) => {
      const storage = storageOf(id, refuse);
      seen?.(storage);
      return storage;
    },
  };
};

/** Name of the pickle in an archive of torch.save, or null when the archive is something else. */
export const pickleOf = (entries: ZipEntries): string | null =>
  [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name)) ?? null;

/**
 * Tensors of a file that torch.save wrote (PyTorch ≥ 1.6), by name.
 * @param pickle name of its pickle
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE
 */
export function readTorchZip(
  path: string,
  entries: ZipEntries,
  pickle: string,
): ReadonlyMap<string, StoredTensor> {
  const root = pickle.slice(0, -"data.pkl".length);
  const host = hostFor(path);
  const names = [...entries.keys()];
  if (names.some((name) => name === `${root}constants.pkl` || name.startsWith(`${root}code/`)))
    return host.refuse("it is a TorchScript module, which holds code");
  const text = (name: string): string | null => {
    const entry = entries.get(root + name);
    return entry === undefined || entry.size > 100 ? null : Buffer.from(readMember(path, entry)).toString();
  };
  if (text("byteorder") === "big") return host.refuse("it was written by a big-endian machine");
  const entry = entries.get(pickle)!;
  if (entry.size > largestPickle) return host.refuse(`its pickle has ${entry.size} bytes`);
  const { value } = unpickle(new Uint8Array(readMember(path, entry)), host);
  return stateDictTensors(path, value, ({ key }, offset, length) => {
    const data = entries.get(`${root}data/${key}`);
    return data === undefined
      ? host.refuse(`the storage ${printable(key)} is missing`)
      : readMember(path, data, { offset, length });
  });
}

const legacyMagic = 0x1950a86a20f9469cfc6cn;
const legacyHead = Buffer.from("80028a0a6cfc9c46f9206aa850192e", "hex");

/** Whether a file begins as torch.save wrote them before PyTorch 1.6. */
export const isLegacyTorch = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, legacyHead.length)).equals(legacyHead);

/**
 * Tensors of a file in the form before PyTorch 1.6, in which torchvision's older weights still are: five pickles
 * (magic number, version, facts of the machine, the object, keys of the storages), then each storage with its length.
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE
 */
export const readLegacyTorch = (path: string): ReadonlyMap<string, StoredTensor> =>
  withFile(path, (file) => {
    const storages = new Map<string, Storage>();
    const host = hostFor(path, (storage) => storages.set(storage.key, storage));
    const head = new Uint8Array(file.read(0, Math.min(file.size, largestPickle)));
    let end = 0;
    const next = (): unknown => {
      const read = unpickle(head, host, end);
      end = read.end;
      return read.value;
    };
    const [magic, version, machine, value, keys] = [next(), next(), next(), next(), next()];
    if (magic !== legacyMagic || version !== 1001) return host.refuse("its version is not known");
    if (machine instanceof Map && machine.get("little_endian") === false)
      return host.refuse("it was written by a big-endian machine");
    const starts = storageStarts(file, keys, storages, end, host);
    return stateDictTensors(path, value, ({ key }, offset, length) => {
      const start = starts.get(key);
      return start === undefined
        ? host.refuse(`the storage ${printable(key)} is missing`)
        : withFile(path, (again) => again.read(start + offset, length));
    });
  });

/** Where the values of each storage start: behind their count, which must be the one that the pickle names. */
function storageStarts(
  file: OpenFile,
  keys: unknown,
  storages: ReadonlyMap<string, Storage>,
  from: number,
  { refuse }: PickleHost,
): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  let at = from;
  for (const key of Array.isArray(keys) ? keys : refuse("its list of storages is missing")) {
    const storage = storages.get(key);
    if (storage === undefined || starts.has(key))
      return refuse("its list of storages does not fit its tensors");
    if (at + 8 > file.size) return refuse("it was cut");
    const count = Number(new DataView(file.read(at, 8)).getBigInt64(0, true));
    if (count !== storage.elements)
      return refuse(`the storage ${printable(storage.key)} has another length than its tensors say`);
    starts.set(storage.key, at + 8);
    at += 8 + count * bytesPerElement(storage.dtype);
    if (at > file.size) return refuse("it was cut");
  }
  return starts;
}
