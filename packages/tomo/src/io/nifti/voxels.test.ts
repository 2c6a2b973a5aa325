import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { castVoxels, littleEndianBytes, toFloat32, viewVoxels } from "./voxels.ts";

describe("viewVoxels", () => {
  it.each([
    ["uint8", 1],
    ["int16", 2],
    ["float32", 4],
    ["int64", 8],
    ["float64", 8],
  ] as const)("reads %s in either byte order", (dtype, bytes) => {
    const values = dtype === "int64" ? [1n, -2n, 300n] : dtype === "uint8" ? [1, 2, 255] : [1, -2, 300];
    const [little, big] = [new ArrayBuffer(3 * bytes), new ArrayBuffer(3 * bytes)];
    for (const [buffer, isLittle] of [[little, true], [big, false]] as const) // biome-ignore format: one row
      for (const [n, value] of values.entries()) {
        const view = new DataView(buffer);
        if (typeof value === "bigint") view.setBigInt64(n * bytes, value, isLittle);
        else if (dtype === "uint8") view.setUint8(n, value);
        else if (dtype === "int16") view.setInt16(n * bytes, value, isLittle);
        else if (dtype === "float32") view.setFloat32(n * bytes, value, isLittle);
        else view.setFloat64(n * bytes, value, isLittle);
      }
    expect([...viewVoxels(little.slice(0), 0, 3 * bytes, dtype, true)]).toEqual(values);
    const swapped = viewVoxels(big, 0, 3 * bytes, dtype, false);
    expect([...swapped]).toEqual(values);
    expect(Buffer.concat(littleEndianBytes(swapped))).toEqual(Buffer.from(little));
  });
});

describe("toFloat32", () => {
  it("computes in float64 and rounds once", () => {
    const [slope, inter] = [0.07540696859359741, 3100.76171875];
    expect([...toFloat32(Int16Array.of(-3, 32767), slope, inter)]).toEqual(
      [-3, 32767].map((value) => Math.fround(value * slope + inter)),
    );
  });

  it("does not copy float32 voxels that are not scaled", () => {
    const data = Float32Array.of(1, Number.NaN);
    expect(toFloat32(data)).toBe(data);
    expect([...toFloat32(data, 2, 1)]).toEqual([3, Number.NaN]);
    expect([...data]).toEqual([1, Number.NaN]);
  });

  it("takes 64-bit integers as the nearest number, also in a view that does not begin the buffer", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })), (values) => {
        const signed = BigInt64Array.from([0n, ...values]).subarray(1);
        expect([...toFloat32(signed)]).toEqual(values.map((value) => Math.fround(Number(value))));
        const unsigned = BigUint64Array.from(values.map((value) => BigInt.asUintN(64, value)));
        expect([...toFloat32(unsigned)]).toEqual([...unsigned].map((value) => Math.fround(Number(value))));
      }),
    );
  });
});

describe("castVoxels", () => {
  it("rounds to the nearest integer and clamps; NaN becomes 0", () => {
    const source = Float32Array.of(-1, 0.4, 0.5, 1.6, 300, Infinity, -Infinity, Number.NaN);
    expect([...castVoxels(source, "uint8")]).toEqual([0, 0, 1, 2, 255, 255, 0, 0]);
    expect([...castVoxels(source, "int8")]).toEqual([-1, 0, 1, 2, 127, 127, -128, 0]);
    expect([...castVoxels(source, "int64")]).toEqual([
      -1n,
      0n,
      1n,
      2n,
      300n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      0n,
    ]);
    expect([...castVoxels(source, "uint64")].slice(0, 2)).toEqual([0n, 0n]);
  });

  it("keeps what the type can hold, from 64 bits too", () => {
    expect([...castVoxels(BigInt64Array.of(-5n, 7n), "int16")]).toEqual([-5, 7]);
    expect([...castVoxels(Uint8Array.of(1, 255), "float64")]).toEqual([1, 255]);
    const data = Int16Array.of(1);
    expect(castVoxels(data, "int16")).toBe(data);
  });
});
