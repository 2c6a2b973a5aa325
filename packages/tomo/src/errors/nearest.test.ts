import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutOff, didYouMean, nearest } from "./nearest.ts";

const names = ["LoadNifti", "ScaleIntensityRange", "RandomAxisFlip", "Dice"];

describe("nearest", () => {
  it.each([
    ["LoadNifty", "LoadNifti"],
    ["loadnifti", "LoadNifti"],
    ["ScaleIntensityRnage", "ScaleIntensityRange"],
    ["Dise", "Dice"],
    ["Rice", "Dice"],
    ["Dcie", "Dice"],
    ["Drie", undefined],
    ["Focal", undefined],
    ["Nice!!", undefined],
  ])("%s -> %s", (given, expected) => {
    expect(nearest(given, names)).toBe(expected);
  });

  it("takes the closest, not the first within reach", () => {
    expect(nearest("abcdef", ["abcdxx", "abcdex"])).toBe("abcdex");
  });

  it("never suggests a name further away than the cut-off", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string({ minLength: 1 })), (name, candidates) => {
        const found = nearest(name, candidates);
        return found === undefined || Math.abs(found.length - name.length) <= cutOff(name);
      }),
    );
  });

  it("finds an exact name whatever else is on offer", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.constantFrom(...names), (others, name) => {
        expect(nearest(name, [...others, name])?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });

  it("words the hint", () => {
    expect(didYouMean("Dise", names)).toBe('did you mean "Dice"?');
    expect(didYouMean("zzzzzz", names)).toBeUndefined();
  });
});
