import fc from "fast-check";
import { expect, it } from "vitest";
import { exifOrientation, orientationWarning } from "./exif.ts";

/** One directory with the given entries, each tag, type, count and the first two bytes of the value. */
function tiff(order: "II" | "MM", entries: readonly (readonly [number, number, number, number])[]): Buffer {
  const bytes = Buffer.alloc(8 + 2 + 12 * entries.length + 4);
  const short = (value: number, at: number) =>
    order === "II" ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const long = (value: number, at: number) =>
    order === "II" ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  bytes.write(order, "latin1");
  short(42, 2);
  long(8, 4);
  short(entries.length, 8);
  for (const [n, [tag, type, count, value]] of entries.entries()) {
    short(tag, 10 + 12 * n);
    short(type, 12 + 12 * n);
    long(count, 14 + 12 * n);
    short(value, 18 + 12 * n);
  }
  return bytes;
}

it.each(["II", "MM"] as const)("finds the orientation among other tags, byte order %s", (order) => {
  for (let value = 1; value <= 8; value++)
    expect(
      exifOrientation(
        tiff(order, [
          [0x0100, 4, 1, 9],
          [0x0112, 3, 1, value],
          [0x0131, 2, 4, 7],
        ]),
      ),
    ).toBe(value);
});

it("takes what it cannot understand as upright", () => {
  for (const entries of [[], [[0x0112, 3, 1, 0]], [[0x0112, 3, 1, 9]], [[0x0112, 4, 1, 6]]] as const)
    expect(exifOrientation(tiff("MM", entries))).toBe(1);
  expect(exifOrientation(Buffer.alloc(0))).toBe(1);
  expect(orientationWarning(tiff("II", [[0x0112, 3, 1, 1]]))).toEqual([]);
});

it("never fails, whatever the bytes", () => {
  const file = tiff("II", [[0x0112, 3, 1, 8]]);
  fc.assert(
    fc.property(fc.nat(file.length), fc.nat(file.length - 1), fc.nat(255), (cut, at, value) => {
      const mutant = Buffer.from(file);
      mutant[at] = value;
      const orientation = exifOrientation(mutant.subarray(0, cut));
      expect(orientation >= 1 && orientation <= 8).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
