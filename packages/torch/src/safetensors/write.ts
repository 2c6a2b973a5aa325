import { bytesPerElement } from "../dtype.ts";
import * as ops from "../ops.generated.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { type Entry, writeHeader } from "./header.ts";

/**
 * A safetensors file in pieces: header, then one piece a tensor, in no more memory than the largest tensor that is not
 * contiguous on the CPU. A piece is valid only until the next one is asked for. Names and their order are kept; data
 * lies by falling width of the elements, so that all of it is aligned.
 */
export function* encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  const placed = placedByWidth(tensors);
  const entries = Object.keys(tensors).map((name) => placed.get(name)!);
  yield writeHeader({ entries, metadata });
  for (const [name, { begin, end }] of placed) if (end > begin) yield bytesOf(tensors[name]!);
}

function placedByWidth(tensors: Readonly<Record<string, Tensor>>): Map<string, Entry> {
  let offset = 0;
  const width = (tensor: Tensor) => bytesPerElement(tensor.dtype);
  const ordered = Object.entries(tensors).sort(([, a], [, b]) => width(b) - width(a));
  return new Map(
    ordered.map(([name, tensor]) => {
      const { dtype, shape } = tensor;
      const begin = offset;
      offset += tensor.numel * width(tensor);
      return [name, { name, dtype, shape, begin, end: offset }];
    }),
  );
}

const bytesOf = (tensor: Tensor): Uint8Array =>
  scope(() => {
    const plain = ops.contiguous(ops.to(ops.detach(tensor), { device: "cpu" }));
    const values = plain.view<NodeJS.TypedArray>();
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  });
