import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSetOption, typedValue } from "./set_option.ts";

describe("typing of --set", () => {
  it.each([
    ["1260", 1260],
    ["-3", -3],
    ["+7", 7],
    ["1", 1],
    ["0", 0],
    ["0.0001", 0.0001],
    ["1e-4", 1e-4],
    [".5", 0.5],
    ["5.", 5],
    ["-1E3", -1000],
    ["true", true],
    ["True", true],
    ["YES", true],
    ["y", true],
    ["t", true],
    ["on", true],
    ["false", false],
    ["No", false],
    ["n", false],
    ["F", false],
    ["off", false],
    ["", ""],
    ["models/trn_base", "models/trn_base"],
    ["1e", "1e"],
    ["0x10", "0x10"],
    ["nan", "nan"],
    ["inf", "inf"],
    ["1e999", "1e999"],
    ["truely", "truely"],
    [" 1", " 1"],
  ])("%j is %j", (text, value) => {
    expect(typedValue(text)).toBe(value);
  });

  it("reads back every number as JavaScript writes it", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(typedValue(String(value))).toBe(value + 0);
      }),
    );
  });
});

describe("--set pairs", () => {
  it("splits at the first = and keeps the rest", () => {
    expect(readSetOption(["A=b=c", "EMPTY=", "epochs=10"])).toEqual(
      new Map<string, unknown>([
        ["A", "b=c"],
        ["EMPTY", ""],
        ["epochs", 10],
      ]),
    );
  });

  it("lets later pairs win", () => {
    expect(readSetOption(["epochs=1", "epochs=2"]).get("epochs")).toBe(2);
  });

  it("takes typed values from a program as they are", () => {
    expect(readSetOption({ epochs: 5, name: "5" })).toEqual(
      new Map<string, unknown>([
        ["epochs", 5],
        ["name", "5"],
      ]),
    );
  });

  it.each(["epochs", "=5", " =5", ""])("refuses %j", (word) => {
    expect(() => readSetOption([word])).toThrow(
      expect.objectContaining({ code: "TOMO_SET_SYNTAX", given: word }),
    );
  });
});
