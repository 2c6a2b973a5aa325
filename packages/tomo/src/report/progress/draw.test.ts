import fc from "fast-check";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { bar, fit, joined, type Pen, sparkline, widthOf } from "./draw.ts";

const colors = picocolors.createColors(true);
const pen: Pen = { ...colors, unicode: true };
const plain: Pen = { ...picocolors.createColors(false), unicode: false };

describe("bar", () => {
  it("always has its width, and fills with the fraction", () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2 }), fc.integer({ min: 0, max: 60 }), (fraction, width) => {
        expect(widthOf(bar(fraction, width, pen))).toBe(width);
        expect(widthOf(bar(fraction, width, plain))).toBe(width);
      }),
    );
    expect(bar(0.5, 4, plain)).toBe("##..");
    expect(bar(Number.NaN, 3, plain)).toBe("...");
    expect(bar(0.375, 4, { ...plain, unicode: true })).toBe("━╸━━");
  });
});

describe("fit", () => {
  it("cuts what is seen and keeps the colours closed", () => {
    const text = `${colors.bold("abc")} ${colors.dim("def")}`;
    expect(widthOf(text)).toBe(7);
    const cut = fit(text, 5);
    expect(widthOf(cut)).toBe(5);
    expect(cut.split("\u001b[1m").length).toBe(cut.split("\u001b[22m").length - 1);
    expect(fit(text, 7)).toBe(text);
    expect(widthOf(fit(text, 0))).toBe(0);
  });
});

describe("joined", () => {
  it("leaves parts at the end out until the line fits, but never the first", () => {
    expect(joined(["abc", "", "def", "g"], 100)).toBe("abc  def  g");
    expect(joined(["abc", "def", "g"], 8)).toBe("abc  def");
    expect(joined(["abc", "def"], 2)).toBe("ab");
  });
});

describe("sparkline", () => {
  it("shows the last values between their extremes", () => {
    const found = sparkline([9, 0, 1, 2, Number.NaN, 4], 4, { ...plain, unicode: true });
    expect(found).toBe("▁▃▅█");
    expect(sparkline([1], 4, pen)).toBe("");
    expect(sparkline([1, 2], 4, plain)).toBe("");
  });
});
