import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../testing/oracle.ts";
import { float32Text } from "./float32_text.ts";

const ofBits = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
/** Digits that count, without sign, zeros at the ends, point and exponent. */
const digitsOf = (text: string): string =>
  text.replace(/e.*/i, "").replaceAll(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");

describe("float32Text", () => {
  it.each([
    [0.1, "0.1"],
    [Math.fround(0.1), "0.1"],
    [Math.fround(1 / 3), "0.33333334"],
    [1, "1"],
    [0, "0"],
    [-0, "-0"],
    [16777217, "16777216"],
    [1e-10, "1e-10"],
    [-2.5e20, "-250000000000000000000"],
    [ofBits(1), "1e-45"],
    [ofBits(0x7f7fffff), "3.4028235e+38"],
    [2 ** -96, "1.2621775e-29"],
    [1e39, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [Number.NaN, "nan"],
  ])("writes %d as %s", (value, text) => {
    expect(float32Text(value)).toBe(text);
  });

  it("reads back as the same float32, and no text with fewer digits does", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = float32Text(value);
        expect(Math.fround(Number(text))).toBe(value);
        const { length } = digitsOf(text);
        if (length > 1) expect(Math.fround(Number(value.toPrecision(length - 1)))).not.toBe(value);
      }),
      { numRuns: 5000 },
    );
  });
});

describeWithOracle(["numpy"], "float32Text against NumPy", () => {
  it("needs as many digits, and differs at exact ties alone, for powers of two and 9,000 other values", () => {
    const powers = Array.from({ length: 254 }, (_, n) => (n + 1) << 23);
    const small = Array.from({ length: 23 }, (_, n) => 1 << n);
    const others = Array.from({ length: 9000 }, (_, n) => Math.imul(n + 1, 0x9e3779b1) & 0x7f7fffff);
    const bits = [...powers, ...small, ...others];
    const script = `
import json, sys, numpy as np
values = np.array(json.loads(sys.argv[1]), dtype=np.uint32).view(np.float32)
print(json.dumps([np.format_float_scientific(v, unique=True, trim="-") for v in values]))`;
    const theirs = runOracle<string[]>(script, [JSON.stringify(bits)]);
    for (const [n, text] of theirs.entries()) {
      const value = ofBits(bits[n]!);
      const own = float32Text(value);
      expect(Math.fround(Number(own))).toBe(value);
      expect(digitsOf(own).length, text).toBe(digitsOf(text).length);
      if (Number(own) !== Number(text))
        expect((Number(own) + Number(text)) / 2, `${own} and ${text} are equally near`).toBe(value);
    }
  });
});
