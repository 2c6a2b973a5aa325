import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Example, exampleNames } from "./testing/example_mmar.ts";
import { FaultBench } from "./testing/faults/run.ts";

const bench = new FaultBench();
afterAll(() => bench.remove());

const example = fc.constantFrom<Example>(...exampleNames);
const file = fc.constantFrom(
  "config/config_train.json",
  "config/config_validation.json",
  "config/environment.json",
);
/** Where a text is cut, as a fraction, how much is taken out, and what is put in. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    length: fc.integer({ min: 0, max: 12 }),
    put: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('"', "{", "}", "[", "]", ",", ":", "null", "-1", "[]", "{}", '"label"'),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Tokens of JSON text, so that edits also give texts that parse. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null/g;
const otherValues = fc.constantFrom(
  '"image"',
  '"label"',
  '"model"',
  "0",
  "-1",
  "1e99",
  "3",
  "true",
  "null",
  "[1, 2]",
  "{}",
  '"{DATA_ROOT}"',
  '"x"',
);

describe("a text with accidents", () => {
  it("never makes the check fail itself: characters", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(example, file, edits, async (name, path, cuts) => {
        const { exit, all } = await bench.findingsOf(name, path, (right) =>
          cuts.reduce((text, { at, length, put }) => {
            const from = Math.floor(at * text.length);
            return text.slice(0, from) + put + text.slice(from + length);
          }, right),
        );
        expect([0, 3, 4]).toContain(exit);
        for (const { code, message } of all)
          expect(`${code} ${message}`).not.toMatch(/TOMO_INTERNAL|undefined|\[object/);
      }),
      { numRuns: 150 },
    );
  });

  it("never makes the check fail itself: values", { timeout: 120_000 }, async () => {
    const swaps = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), otherValues),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(example, file, swaps, async (name, path, changes) => {
        const { exit, all } = await bench.findingsOf(name, path, (right) =>
          changes.reduce((text, [at, put]) => {
            const found = [...text.matchAll(tokens)];
            const token = found[Math.floor(at * found.length)];
            if (token === undefined) return text;
            return text.slice(0, token.index) + put + text.slice(token.index + token[0].length);
          }, right),
        );
        expect([0, 3, 4]).toContain(exit);
        for (const { code, message } of all)
          expect(`${code} ${message}`).not.toMatch(/TOMO_INTERNAL|undefined|\[object/);
      }),
      { numRuns: 300 },
    );
  });
});
