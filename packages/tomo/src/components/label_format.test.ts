import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { entriesOf, isBinary, isMulticlass, outputsOf, requireLabelFormat } from "./label_format.ts";

const formats = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 20 });

describe("label_format", () => {
  it("gives each entry its label column and its outputs", () => {
    expect(entriesOf([1, 3, 1])).toEqual([
      { index: 0, classes: 1, firstOutput: 0 },
      { index: 1, classes: 3, firstOutput: 1 },
      { index: 2, classes: 1, firstOutput: 4 },
    ]);
    expect(outputsOf([1, 3, 1])).toBe(5);
  });

  it("covers every output once, in order, and is either binary or of k classes", () => {
    fc.assert(
      fc.property(formats, (format) => {
        const outputs = entriesOf(format).flatMap(({ classes, firstOutput }) =>
          Array.from({ length: classes }, (_, n) => firstOutput + n),
        );
        expect(outputs).toEqual(Array.from({ length: outputsOf(format) }, (_, n) => n));
        const [binary, multiclass] = [isBinary, isMulticlass].map((kind) => entriesOf(format).filter(kind));
        expect(binary!.length + multiclass!.length).toBe(format.length);
        // count of ones plus sum of the others, as Clara's documentation has it
        expect(binary!.length + multiclass!.reduce((sum, { classes }) => sum + classes, 0)).toBe(
          outputsOf(format),
        );
      }),
    );
  });

  it("must be there", () => {
    expect(requireLabelFormat([1], "X")).toEqual([1]);
    for (const none of [null, undefined])
      expect(tomoErrorOf(() => requireLabelFormat(none, "X")).message).toContain("X needs label_format");
  });
});
