import { resolve } from "node:path";
import { bytesPerElement, ops, scope, type Tensor } from "@tomo/torch";
import { TomoError } from "../../errors/tomo_error.ts";
import { printable } from "../weights/printable.ts";
import { numelOf, type StoredTensor, tensorOfBytes } from "../weights/stored_tensor.ts";
import { PickledTensor, type Storage } from "./globals.ts";

export const pytorchFault = (path: string, reason: string): TomoError =>
  new TomoError("TOMO_WEIGHTS_UNREADABLE", `${path} cannot be read as a PyTorch file: ${reason}`, {
    where: { file: resolve(path) },
    hint: "save its weights alone: torch.save(model.state_dict(), path)",
  });

/** The bytes [offset, offset + length) of a storage. */
export type ReadStorage = (storage: Storage, offset: number, length: number) => ArrayBuffer;

/** Keys under which training scripts keep the weights beside other things. */
const wrappers = [
  "state_dict",
  "model_state_dict",
  "model_state",
  "model",
  "net",
  "network",
  "module",
  "weights",
];

/**
 * The tensors of a state dict by name, in its order; also of one that lies under a usual key in other dicts.
 * @throws TomoError TOMO_WEIGHTS_UNREADABLE
 */
export function stateDictTensors(
  path: string,
  value: unknown,
  readStorage: ReadStorage,
): ReadonlyMap<string, StoredTensor> {
  const found = stateDictIn(value, 0);
  if (found === null) throw pytorchFault(path, `it holds ${described(value)}, not a state dict`);
  return new Map(
    [...found].flatMap(([name, tensor]) =>
      typeof name === "string" && tensor instanceof PickledTensor
        ? [[name, storedTensor(path, tensor, readStorage)] as const]
        : [],
    ),
  );
}

function stateDictIn(value: unknown, depth: number): ReadonlyMap<unknown, unknown> | null {
  if (!(value instanceof Map) || depth > 3) return null;
  for (const key of wrappers) {
    const inner = stateDictIn(value.get(key), depth + 1);
    if (inner !== null) return inner;
  }
  return [...value.values()].some((item) => item instanceof PickledTensor) ? value : null;
}

function described(value: unknown): string {
  if (value instanceof PickledTensor) return "a single tensor";
  if (Array.isArray(value)) return "a list";
  if (!(value instanceof Map)) return "a single value";
  const keys = [...value.keys()].slice(0, 8).map((key) => printable(String(key)));
  return keys.length === 0 ? "an empty dict" : `a dict with ${keys.join(", ")}`;
}

function storedTensor(path: string, pickled: PickledTensor, readStorage: ReadStorage): StoredTensor {
  const { storage, offset, shape, strides } = pickled;
  const { dtype, elements } = storage;
  const count = numelOf(shape);
  const span = count === 0 ? 0 : shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 1);
  if (offset + span > elements || !Number.isSafeInteger(count * span))
    throw pytorchFault(path, "a tensor in it reaches beyond its storage");
  if (count > span) throw pytorchFault(path, "a tensor in it repeats its values");
  const width = bytesPerElement(dtype);
  const read = (): Tensor =>
    scope(() => {
      const bytes = readStorage(storage, offset * width, span * width);
      const flat = tensorOfBytes(bytes, [span], dtype);
      return ops.contiguous(ops.asStrided(flat, shape, strides));
    });
  return { shape, dtype, read };
}
