import { gunzipSync, gzipSync } from "node:zlib";
import { scope, type Tensor, tensor } from "@tomo/torch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { gunzipHead, gunzip as gunzipTensor, gzip, isGzip } from "./gzip.ts";

const text = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 7 + (n >> 5)) % 97);
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const gunzip = (packed: Uint8Array, length: number, file: string) =>
  scope(() => gunzipTensor(tensor(packed), length, file).toTypedArray<Uint8Array>());
const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe("gzip", () => {
  it("writes one member that carries no time, so equal input gives equal bytes", () => {
    const data = text(300_000);
    const packed = gzip(data);
    expect(isGzip(packed)).toBe(true);
    expect([...packed.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    expect(equal(packed, gzip(data))).toBe(true);
    expect(equal(gunzipSync(packed), data)).toBe(true);
    expect(gzip(data, 9).length).toBeLessThanOrEqual(packed.length);
  });
});

describe("gunzip", () => {
  it("returns what was packed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (data) => {
        expect(equal(gunzip(gzip(data), data.length, "a"), data)).toBe(true);
      }),
    );
  });

  it("reads several members as one, and a member boundary inside the wanted bytes", () => {
    const packed = join(gzipSync(text(1000)), gzipSync(text(500)));
    expect(equal(gunzip(packed, 1500, "a"), join(text(1000), text(500)))).toBe(true);
    expect(equal(gunzip(packed, 1200, "a"), join(text(1000), text(200)))).toBe(true);
  });

  it("ignores padding after the last member", () => {
    expect(equal(gunzip(join(gzip(text(100)), new Uint8Array(512)), 100, "a"), text(100))).toBe(true);
  });

  it("does not trust the length that the trailer states", () => {
    const packed = gzip(text(100));
    const lying = Uint8Array.from(packed);
    lying.set([0xff, 0xff, 0xff, 0x7f], packed.length - 4);
    expect(tomoErrorOf(() => gunzip(lying, 100, "a")).code).toBe("TOMO_FILE_DAMAGED");
  });

  it("stops soon after the wanted bytes when the data goes on: a bomb costs nothing", () => {
    const bomb = gzipSync(new Uint8Array(64 * 2 ** 20));
    expect(equal(gunzip(bomb, 1000, "bomb"), new Uint8Array(1000))).toBe(true);
    expect(equal(gunzipHead(bomb, 10, "bomb"), new Uint8Array(10))).toBe(true);
    const long = gzipSync(text(3_000_000));
    expect(equal(gunzip(long, 1_234_567, "a"), text(1_234_567))).toBe(true);
  });

  it("refuses a length that the compressed bytes cannot hold, before it allocates", () => {
    const error = tomoErrorOf(() => gunzip(gzip(text(100)), 2 ** 45, "scan.nii.gz"));
    expect(error).toMatchObject({ code: "TOMO_FILE_TRUNCATED", message: "scan.nii.gz ends too early" });
  });

  it("refuses what one array cannot take", () => {
    const sparse = { numel: 2 ** 31 } as Tensor;
    expect(tomoErrorOf(() => gunzipTensor(sparse, 2 ** 33, "a")).code).toBe("TOMO_FILE_TOO_LARGE");
  });

  it("refuses data that is cut anywhere, the checksum included", () => {
    const packed = gzip(text(2000));
    for (let length = 2; length < packed.length; length += 1)
      expect(tomoErrorOf(() => gunzip(packed.subarray(0, length), 2000, "a")).code).toBe(
        "TOMO_FILE_TRUNCATED",
      );
  });

  it("refuses fewer bytes than wanted", () => {
    expect(tomoErrorOf(() => gunzip(gzip(text(100)), 101, "a")).code).toBe("TOMO_FILE_TRUNCATED");
  });

  it.each([0, 1, 6, 9])("is right up to the wanted byte where data of level %i goes on for long", (level) => {
    // stored blocks (level 0) are the longest pieces that may not fit
    const long = text(400_000);
    const packed = gzipSync(long, { level });
    fc.assert(
      fc.property(fc.nat(long.length), (length) => {
        expect(equal(gunzip(packed, length, "a"), long.subarray(0, length))).toBe(true);
      }),
      { examples: [[0], [1], [65_535], [65_536], [long.length - 65_536], [long.length - 65_537]] },
    );
  });

  it("takes and refuses what zlib takes and refuses behind a member", () => {
    const member = gzipSync(text(100));
    const tails = [
      [],
      [0],
      [0, 31],
      [31],
      [31, 139],
      [31, 139, 255, 255, ...Array(20).fill(0)],
      [80],
      Array(30).fill(80),
    ];
    for (const tail of [...tails, [...member.subarray(0, 12)], [...member], [0, ...member]]) {
      const bytes = join(member, Uint8Array.from(tail));
      let expected: Uint8Array | null = null;
      try {
        expected = gunzipSync(bytes);
      } catch {}
      if (expected === null)
        expect(tomoErrorOf(() => gunzip(bytes, 100, "a")).code).toMatch(/TRUNCATED|DAMAGED/);
      else expect(equal(gunzip(bytes, expected.length, "a"), expected)).toBe(true);
    }
  });

  it("finds every flipped bit of the compressed data or gives the same bytes", () => {
    const data = text(500);
    const packed = gzip(data);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(7), (byte, bit) => {
        const flipped = Uint8Array.from(packed);
        flipped[byte]! ^= 1 << bit;
        let output: Uint8Array;
        try {
          output = gunzip(flipped, data.length, "a");
        } catch (error) {
          expect(error).toHaveProperty("name", "TomoError");
          return;
        }
        expect(equal(output, data)).toBe(true);
      }),
    );
  });
});

describe("gunzipHead", () => {
  it("needs only a beginning of the file", () => {
    const packed = gzip(text(100_000));
    expect(equal(gunzipHead(packed.subarray(0, 1500), 348, "a"), text(348))).toBe(true);
  });

  it("gives what there is when the data ends before", () => {
    expect(equal(gunzipHead(gzip(text(10)), 348, "a"), text(10))).toBe(true);
    expect(gunzipHead(gzip(text(10)).subarray(0, 5), 348, "a")).toHaveLength(0);
  });
});
