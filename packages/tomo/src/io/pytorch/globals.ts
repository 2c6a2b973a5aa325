import type { DType } from "@tomo/torch";
import { printable } from "../weights/printable.ts";
import { Maker, type RefusePickle } from "./unpickle.ts";

/** A storage that a pickle refers to: a run of elements elsewhere in the file. */
export class Storage {
  readonly dtype: DType;
  readonly key: string;
  readonly elements: number;
  constructor(dtype: DType, key: string, elements: number) {
    this.dtype = dtype;
    this.key = key;
    this.elements = elements;
  }
}

/** A view into a storage; offset and strides in elements. */
export class PickledTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** A class of storages, in persistent ids. */
class StorageType {
  readonly dtype: DType;
  constructor(dtype: DType) {
    this.dtype = dtype;
  }
}

const storageTypes: Readonly<Record<string, DType>> = {
  FloatStorage: "float32",
  DoubleStorage: "float64",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
};

/** Things that training checkpoints hold beside weights; they are read over. */
const ignored = new Maker(() => null);

/** All names that a file of weights may use, and what stands for them here. */
export function torchGlobals(refuse: RefusePickle): (module: string, name: string) => unknown {
  const tensor = new Maker((args) => tensorOf(args, refuse));
  const first = new Maker(([value]) => value);
  const dict = new Maker(([pairs]) => dictOf(pairs));
  const known = new Map<string, unknown>([
    ["collections OrderedDict", dict],
    ["collections Counter", dict],
    ["torch._utils _rebuild_tensor_v2", tensor],
    ["torch._utils _rebuild_tensor", tensor],
    ["torch._utils _rebuild_parameter", first],
    ["torch._utils _rebuild_parameter_with_state", first],
    ["torch.nn.parameter Parameter", first],
    ["torch Size", first],
    ["torch device", ignored],
    ["numpy.core.multiarray scalar", ignored],
    ["numpy._core.multiarray scalar", ignored],
    ["numpy dtype", ignored],
    ["_codecs encode", ignored],
    ...Object.entries(storageTypes).map(
      ([name, dtype]) => [`torch ${name}`, new StorageType(dtype)] as const,
    ),
  ]);
  return (module, name) => {
    const found = known.get(`${module} ${name}`);
    if (found !== undefined) return found;
    if (module === "torch" && /^[a-z]+[0-9]+$/.test(name)) return null;
    return refuse(`it refers to ${printable(`${module}.${name}`)}, which is not needed for weights`);
  };
}

/** Python 2 gives an OrderedDict its items as a list of pairs. */
function dictOf(pairs: unknown): Map<unknown, unknown> {
  if (!Array.isArray(pairs)) return new Map(pairs instanceof Map ? pairs : []);
  return new Map(pairs.filter(Array.isArray).map((pair): [unknown, unknown] => [pair[0], pair[1]]));
}

function tensorOf(args: readonly unknown[], refuse: RefusePickle): PickledTensor {
  const [storage, offset, shape, strides] = args;
  if (
    !(storage instanceof Storage) ||
    !isCount(offset) ||
    !isCounts(shape) ||
    !isCounts(strides) ||
    shape.length !== strides.length
  )
    return refuse("a tensor in it is malformed");
  return new PickledTensor(storage, offset, [...shape], [...strides]);
}

/** ("storage", class, key, device, elements) or, in old files, with the view that it is, which is always None. */
export function storageOf(id: unknown, refuse: RefusePickle): Storage {
  const parts = Array.isArray(id) ? id : [];
  const [kind, type, key, , elements, view] = parts;
  if (kind === "module") return refuse("it is a whole module with its source code, not a state dict");
  if (kind !== "storage" || !(type instanceof StorageType) || typeof key !== "string" || !isCount(elements))
    return refuse("a storage in it is malformed");
  if (view != null) return refuse("a storage in it is a view of another one, as before PyTorch 0.4");
  return new Storage(type.dtype, key, elements);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);
