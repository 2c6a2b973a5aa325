import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { floatsFrom, inflate, longestBlock, ops, readInto, scope, tensor, unfilterPng } from "./index.ts";

const text = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 7 + (n >> 5)) % 97);
const bytes = (length: number) => ops.empty([length], { dtype: "uint8" });

describe("readInto", () => {
  const folder = mkdtempSync(join(tmpdir(), "tomo-read-"));
  const path = join(folder, "file");
  writeFileSync(path, text(1000));
  const descriptor = openSync(path, "r");
  afterAll(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });

  it("reads from any position, and less where the file ends", () => {
    scope(() => {
      const memory = bytes(300);
      expect(readInto(memory, descriptor, 100)).toBe(300);
      expect(memory.toTypedArray()).toEqual(text(1000).subarray(100, 400));
      expect(readInto(memory, descriptor, 900)).toBe(100);
      expect(readInto(memory, descriptor, 5000)).toBe(0);
      const array = new Uint8Array(3);
      expect(readInto(array, descriptor, 997)).toBe(3);
      expect(array).toEqual(text(1000).subarray(997));
    });
  });

  it("answers with the system's error", () => {
    // EBADF
    expect(readInto(new Uint8Array(1), 2 ** 20, 0)).toBe(-9);
  });
});

describe("inflate", () => {
  it("unpacks gzip of several members, and zlib, into arrays and tensors", () => {
    scope(() => {
      const members = Buffer.concat([gzipSync(text(1000)), gzipSync(text(10)), Buffer.alloc(20)]);
      const memory = bytes(1010);
      expect(inflate(members, memory, "gzip")).toBe(1010);
      expect(memory.toTypedArray()).toEqual(Uint8Array.of(...text(1000), ...text(10)));
      const output = new Uint8Array(1200);
      expect(inflate(tensor(new Uint8Array(deflateSync(text(1000)))), output, "zlib")).toBe(1000);
      expect(output.subarray(0, 1000)).toEqual(text(1000));
    });
  });

  it("finds damage, and stops where the output is full", () => {
    const packed = gzipSync(text(200_000));
    const output = new Uint8Array(100_000);
    expect(inflate(packed, output, "gzip")).toBe("too long");
    const right = output.length - longestBlock;
    expect(output.subarray(0, right)).toEqual(text(right));
    expect(inflate(packed.subarray(0, 500), new Uint8Array(200_000), "gzip")).toBe("damaged");
    packed[packed.length - 8]! ^= 1; // of the checksum
    expect(inflate(packed, new Uint8Array(200_000), "gzip")).toBe("damaged");
    expect(inflate(new Uint8Array(0), output, "gzip")).toBe("damaged");
  });
});

describe("floatsFrom", () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 });
  const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  /** Values in Fortran order, put in C order the slow way. */
  const reordered = (values: ArrayLike<number>, shape: readonly number[]) =>
    Float32Array.from({ length: count(shape) }, (_, n) => {
      let [rest, from] = [n, 0];
      const index = shape.toReversed().map((size) => {
        const at = rest % size;
        rest = (rest - at) / size;
        return at;
      });
      for (const [axis, at] of index.entries()) from = from * shape[shape.length - 1 - axis]! + at;
      return values[from]!;
    });

  it("puts Fortran order into C order, for every shape", () => {
    const tall = fc.constantFrom(
      [70, 3, 90],
      [64, 16],
      [65, 17, 2, 3],
      [1, 130, 1, 33],
      [2, 200],
      [200, 2],
      [3, 0, 2],
    );
    fc.assert(
      fc.property(fc.oneof(shapes, tall), (shape) =>
        scope(() => {
          const values = Int16Array.from({ length: count(shape) }, (_, n) => (n * 31) % 30_011);
          const floats = floatsFrom(values, { dtype: "int16", order: "F" }, shape);
          expect(floats).toMatchObject({ shape, dtype: "float32", isContiguous: true });
          expect(floats.toTypedArray()).toEqual(reordered(values, shape));
          expect(floatsFrom(values, { dtype: "int16" }, shape).toTypedArray()).toEqual(
            Float32Array.from(values),
          );
        }),
      ),
    );
  });

  const types = {
    uint8: Uint8Array,
    int8: Int8Array,
    int16: Int16Array,
    uint16: Uint16Array,
    int32: Int32Array,
    uint32: Uint32Array,
    float32: Float32Array,
    float64: Float64Array,
    int64: BigInt64Array,
    uint64: BigUint64Array,
  } as const;

  it.each(Object.keys(types) as (keyof typeof types)[])(
    "reads %s at any byte, in either byte order, scaled in float64 and rounded once",
    (dtype) => {
      const width = types[dtype].BYTES_PER_ELEMENT;
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 80 }),
          fc.nat(9),
          fc.boolean(),
          fc.boolean(),
          (raw, byteOffset, littleEndian, isScaled) =>
            scope(() => {
              const whole = raw.slice(0, raw.length - (raw.length % width));
              const memory = Uint8Array.from([...Array(byteOffset).fill(1), ...whole]);
              const ordered = whole.slice();
              if (!littleEndian && width > 1)
                Buffer.from(ordered.buffer)[`swap${(8 * width) as 16 | 32 | 64}`]();
              const stored = Array.from(
                new types[dtype](ordered.buffer) as ArrayLike<number | bigint>,
                Number,
              );
              const [slope, inter] = isScaled ? [0.07540696859359741, 3100.76171875] : [1, 0];
              const layout = { byteOffset, dtype, littleEndian, slope, inter };
              expect(floatsFrom(memory, layout, [stored.length]).toArray()).toEqual(
                stored.map((value) => Math.fround(value * slope + inter)),
              );
            }),
        ),
      );
    },
  );

  it("refuses memory that is too small, and types that hold no numbers", () => {
    const read = (byteOffset: number, shape: number[]) =>
      floatsFrom(new Uint8Array(10), { byteOffset, dtype: "int16" }, shape);
    expect(() => read(0, [6])).toThrow(expect.objectContaining({ code: "TORCH_BAD_SHAPE" }));
    expect(() => read(1, [5])).toThrow(expect.objectContaining({ code: "TORCH_BAD_SHAPE" }));
    expect(() => read(-2, [2])).toThrow(expect.objectContaining({ code: "TORCH_BAD_SHAPE" }));
    expect(() => read(0, [2 ** 40, 2 ** 40])).toThrow(expect.objectContaining({ code: "TORCH_BAD_SHAPE" }));
    expect(() => floatsFrom(new Uint8Array(2), { dtype: "float16" }, [1])).toThrow(
      expect.objectContaining({ code: "TORCH_NOT_IMPLEMENTED" }),
    );
  });
});

describe("unfilterPng", () => {
  /** PNG, 9.2, byte by byte. */
  const predict = (filter: number, left: number, up: number, corner: number): number => {
    if (filter < 3) return [0, left, up][filter]!;
    if (filter === 3) return (left + up) >> 1;
    const guess = left + up - corner;
    const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(guess - value)) as [
      number,
      number,
      number,
    ];
    return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
  };

  it.each([1, 2, 3, 4, 6, 8] as const)("undoes every filter, %i bytes a pixel", (pixelBytes) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(4), { minLength: 1, maxLength: 14 }),
        fc.nat(3),
        fc.uint8Array({ minLength: 61, maxLength: 61 }),
        (pixels, filters, byteOffset, noise) => {
          const rowBytes = pixels * pixelBytes;
          const original = filters.map((_, row) =>
            Uint8Array.from({ length: rowBytes }, (_, n) => noise[(row * 13 + n * 7) % 61]!),
          );
          const at = (row: number, n: number) => original[row]?.[n] ?? 0;
          const rows = filters.flatMap((filter, row) => [
            filter,
            ...original[row]!.map(
              (byte, n) =>
                byte -
                predict(
                  filter,
                  at(row, n - pixelBytes),
                  at(row - 1, n),
                  n < pixelBytes ? 0 : at(row - 1, n - pixelBytes),
                ),
            ),
          ]);
          const memory = Uint8Array.from([...Array(byteOffset).fill(77), ...rows, 99]);
          expect(unfilterPng(memory, { byteOffset, rows: filters.length, rowBytes, pixelBytes })).toBeNull();
          expect(memory.subarray(byteOffset, byteOffset + filters.length * rowBytes)).toEqual(
            Uint8Array.from(original.flatMap((row) => [...row])),
          );
          expect([memory[byteOffset - 1] ?? 77, memory.at(-1)]).toEqual([77, 99]);
        },
      ),
    );
  });

  it("names a filter that is none, and refuses rows beyond the memory or of broken pixels", () => {
    const rows = { byteOffset: 0, rows: 2, rowBytes: 4, pixelBytes: 1 } as const;
    expect(unfilterPng(Uint8Array.of(0, 1, 2, 3, 4, 7, 1, 2, 3, 4), rows)).toBe(7);
    const refused = expect.objectContaining({ code: "TORCH_BAD_SHAPE" });
    expect(() => unfilterPng(new Uint8Array(9), rows)).toThrow(refused);
    expect(() => unfilterPng(new Uint8Array(10), { ...rows, pixelBytes: 3 })).toThrow(refused);
  });
});
