import { bytesPerElement, type DType, ops, scope, type Tensor, tensor } from "@tomo/torch";

// Temporary: replaced by @tomo/torch's safetensors.
const names: Partial<Record<DType, string>> = {
  float64: "F64", float32: "F32", float16: "F16", bfloat16: "BF16", int64: "I64", int32: "I32", int16: "I16", int8: "I8", uint8: "U8", bool: "BOOL",
}; // biome-ignore format: a table

export function* encodeTensors(tensors: Readonly<Record<string, Tensor>>): Generator<Uint8Array> {
  const header: Record<string, unknown> = {};
  let offset = 0;
  const sorted = Object.entries(tensors);
  for (const [name, value] of sorted) {
    const bytes = value.numel * bytesPerElement(value.dtype);
    header[name] = { dtype: names[value.dtype], shape: value.shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  let text = JSON.stringify(header);
  text = text.padEnd(Math.ceil(text.length / 8) * 8, " ");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  yield length;
  yield Buffer.from(text);
  for (const [, value] of sorted)
    yield scope(() => {
      const array = ops
        .contiguous(ops.to(ops.detach(value), { device: "cpu" }))
        .toTypedArray<NodeJS.TypedArray>();
      return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    });
}

export function decodeTensors(buffer: ArrayBuffer): Record<string, Tensor> {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(buffer, 8, length).toString()) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const type = (Object.keys(names) as DType[]).find((key) => names[key] === dtype)!;
        const bytes = buffer.slice(8 + length + from, 8 + length + to);
        const array =
          type === "float32"
            ? new Float32Array(bytes)
            : type === "int64"
              ? new BigInt64Array(bytes)
              : type === "float64"
                ? new Float64Array(bytes)
                : new Uint8Array(bytes);
        return [name, tensor(array, shape, type)];
      },
    ),
  );
}
