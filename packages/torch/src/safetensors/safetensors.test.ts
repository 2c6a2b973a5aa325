import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesPerElement, type DType } from "../dtype.ts";
import { TorchError } from "../errors.ts";
import * as ops from "../ops.generated.ts";
import { liveTensors, scope } from "../scope.ts";
import { type Tensor, tensor } from "../tensor.ts";
import {
  decodeSafetensors,
  describeSafetensors,
  encodeSafetensors,
  readSafetensors,
  type Safetensors,
} from "./index.ts";

const encoded = (tensors: Record<string, Tensor>, metadata?: Record<string, string>): Uint8Array =>
  Buffer.concat([...encodeSafetensors(tensors, metadata)].map((piece) => Buffer.from(piece)));

/** A file from a header as text and data. */
function file(header: string, data: Uint8Array | number = 0): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, typeof data === "number" ? Buffer.alloc(data) : data]);
}

const dtypes: DType[] = [
  "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "bool",
]; // biome-ignore format: a list

const anyTensor = fc
  .record({ dtype: fc.constantFrom(...dtypes), shape: fc.array(fc.nat(4), { maxLength: 3 }) })
  .chain(({ dtype, shape }) => {
    const bytes = shape.reduce((product, size) => product * size, bytesPerElement(dtype));
    const max = dtype === "bool" ? 1 : 255;
    return fc.record({
      dtype: fc.constant(dtype),
      shape: fc.constant(shape),
      bytes: fc.uint8Array({ minLength: bytes, maxLength: bytes, max }),
    });
  });
const anyFile = fc.dictionary(fc.string(), anyTensor, { maxKeys: 5 });

const bytesOf = (value: Tensor): Uint8Array => {
  const array = value.toTypedArray<NodeJS.TypedArray>();
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
};
/** Any bits as a tensor of any dtype. */
const fromBits = (bytes: Uint8Array, shape: readonly number[], dtype: DType): Tensor =>
  decodeSafetensors(
    file(JSON.stringify({ x: { dtype: codeOf(dtype), shape, data_offsets: [0, bytes.length] } }), bytes),
  ).tensors.x!;
const readOneByOne = (path: string): Safetensors => {
  const { entries, metadata, read } = describeSafetensors(path);
  return { metadata, tensors: Object.fromEntries(entries.map((entry) => [entry.name, read(entry)])) };
};
const codeOf = (dtype: DType): string =>
  dtype === "bool"
    ? "BOOL"
    : dtype.replace("bfloat", "BF").replace("float", "F").replace("uint", "U").replace("int", "I");

describe("safetensors", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tomo-safetensors-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("reads back every bit, name and order, from memory and from a file", () => {
    const path = join(folder, "any.safetensors");
    fc.assert(
      fc.property(anyFile, fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), (tensors, metadata) =>
        scope(() => {
          const made = Object.fromEntries(
            Object.entries(tensors).map(([name, { bytes, shape, dtype }]) => [
              name,
              fromBits(bytes, shape, dtype),
            ]),
          );
          if (Object.hasOwn(made, "__metadata__")) return;
          const bytes = encoded(made, metadata);
          writeFileSync(path, bytes);
          for (const read of [decodeSafetensors(bytes), readSafetensors(path), readOneByOne(path)]) {
            expect(Object.keys(read.tensors)).toEqual(Object.keys(made));
            expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
            for (const [name, { bytes: bits, shape, dtype }] of Object.entries(tensors)) {
              expect(read.tensors[name]!.shape).toEqual(shape);
              expect(read.tensors[name]!.dtype).toBe(dtype);
              expect(bytesOf(read.tensors[name]!)).toEqual(new Uint8Array(bits));
            }
          }
        }),
      ),
      { numRuns: 100 },
    );
  });

  it("aligns the data of mixed widths", () =>
    scope(() => {
      const bytes = encoded({
        odd: tensor([1, 2, 3]),
        step: tensor([7], [], "int64"),
        byte: tensor([5], [1], "uint8"),
      });
      const start = 8 + Number(Buffer.from(bytes).readBigUInt64LE(0));
      expect(start % 8).toBe(0);
      const header = JSON.parse(Buffer.from(bytes.subarray(8, start)).toString());
      expect(Object.keys(header)).toEqual(["odd", "step", "byte"]);
      expect(header.step.data_offsets).toEqual([0, 8]);
      expect(header.odd.data_offsets).toEqual([8, 20]);
    }));

  it("writes views and other layouts in C order", () =>
    scope(() => {
      const transposed = ops.transpose(tensor([1, 2, 3, 4, 5, 6], [2, 3]), 0, 1);
      const { tensors } = decodeSafetensors(encoded({ transposed }));
      expect(tensors.transposed!.toArray()).toEqual([1, 4, 2, 5, 3, 6]);
    }));

  it("reads a file made by hand, with unaligned data and blanks", () =>
    scope(() => {
      const data = Buffer.alloc(5);
      data.writeUInt8(9, 0);
      data.writeFloatLE(1.5, 1);
      const header =
        '{"f":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},"b":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}  ';
      const { tensors } = decodeSafetensors(file(header, data));
      expect(tensors.f!.toArray()).toEqual([1.5]);
      expect(tensors.b!.item()).toBe(9);
    }));

  const entry = (begin: number, end: number, extra = "") =>
    `{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]${extra}}`;
  it.each([
    ["an empty file", new Uint8Array(0), "only 0 bytes"],
    ["a header longer than the file", file("{}").fill(255, 0, 8), "its header would have"],
    ["no JSON", file("{"), "not JSON"],
    ["bytes that are not UTF-8", file("{}").fill(255, 8), "not JSON"],
    ["a list", file("[]"), "not an object"],
    ["a name twice", file(`{"a":${entry(0, 1)},"a":${entry(0, 1)}}`, 1), "a key twice"],
    ["a key of an entry twice", file(`{"a":${entry(0, 1, ',"dtype":"U8"')}}`, 1), "a key twice"],
    ["an unknown dtype", file('{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', 1), "unknown dtype"],
    ["a negative size", file('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1), "no valid shape"],
    ["offsets that go back", file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}', 1), "-1 bytes"],
    ["too few bytes for the shape", file('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}', 1), "need 2"],
    ["an overflowing shape", file('{"a":{"dtype":"U8","shape":[9007199254740991,9007199254740991],"data_offsets":[0,1]}}', 1), "need"],
    ["an overlap", file(`{"a":${entry(0, 2)},"b":${entry(1, 3)}}`, 3), "starts at byte 1, expected 2"],
    ["a hole", file(`{"a":${entry(0, 1)},"b":${entry(2, 3)}}`, 3), "starts at byte 2, expected 1"],
    ["data missing at the end", file(`{"a":${entry(0, 4)}}`, 3), "the file has 3"],
    ["data left over", file(`{"a":${entry(0, 1)}}`, 3), "the file has 3"],
    ["metadata that is not text", file('{"__metadata__":{"a":1}}'), "not a map of strings"],
    ["a boolean of 2", file('{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}', new Uint8Array([2])), "neither 0 nor 1"],
  ])("refuses %s", (_, bytes, message) => {
    const path = join(folder, "bad.safetensors");
    writeFileSync(path, bytes);
    const before = liveTensors();
    for (const read of [() => decodeSafetensors(bytes), () => readSafetensors(path), () => readOneByOne(path)])
      expect(read).toThrow(expect.objectContaining({ code: "TORCH_BAD_FILE", message: expect.stringContaining(message) }));
    expect(liveTensors()).toBe(before);
  }); // biome-ignore format: a table

  it("says which file cannot be read", () => {
    expect(() => readSafetensors(join(folder, "none"))).toThrow(/none cannot be read/);
  });

  it("answers any damage with an error or with tensors, never otherwise", () => {
    const whole = scope(() =>
      encoded({ a: tensor([1, 2, 3]), b: tensor([4], [], "int64") }, { format: "pt" }),
    );
    const mutation = fc.record({
      at: fc.nat(whole.length - 1),
      value: fc.nat(255),
      cut: fc.nat(whole.length),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.boolean(), (mutations, cuts) =>
        scope(() => {
          const bytes = Uint8Array.from(whole);
          for (const { at, value } of mutations) bytes[at] = value;
          const damagedFile = cuts ? bytes.subarray(0, mutations[0]!.cut) : bytes;
          try {
            decodeSafetensors(damagedFile);
          } catch (error) {
            expect(error).toBeInstanceOf(TorchError);
          }
        }),
      ),
      { numRuns: 2000 },
    );
  });
});

const python = process.env.TOMO_ORACLE_PYTHON;
const hasPackage = (() => {
  try {
    execFileSync(python ?? "", ["-c", "import safetensors, numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
if (!hasPackage) console.warn("SKIPPED safetensors against the Python package: it is not there");

describe.skipIf(!hasPackage)("safetensors against the Python package", () => {
  it("is read by it, and reads what it writes", () => {
    const folder = mkdtempSync(join(tmpdir(), "tomo-safetensors-"));
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    scope(() =>
      writeFileSync(ours, encoded({ a: tensor([1, 2, 3]), n: tensor([4], [], "int64") }, { k: "v" })),
    );
    const script = `
import sys
import numpy
from safetensors.numpy import load_file, save_file
t = load_file(sys.argv[1])
assert t["a"].tolist() == [1, 2, 3] and t["n"].item() == 4
save_file({k: numpy.asarray(v * 2) for k, v in t.items()}, sys.argv[2], metadata={"k": "w"})
`;
    execFileSync(python!, ["-c", script, ours, theirs]);
    scope(() => {
      const { tensors, metadata } = readSafetensors(theirs);
      expect(tensors.a!.toArray()).toEqual([2, 4, 6]);
      expect(tensors.n!.item()).toBe(8);
      expect(metadata).toEqual({ k: "w" });
    });
    rmSync(folder, { recursive: true });
  });
});
