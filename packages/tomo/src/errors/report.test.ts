import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue, type ErrorCode, exitCodeOf } from "./catalogue.ts";
import { reportOf, sortByPosition } from "./report.ts";
import { TomoError, TomoErrors } from "./tomo_error.ts";

const at = (file: string | undefined, line?: number, column?: number) => ({ where: { file, line, column } });

describe("reportOf", () => {
  it.each([
    [new TomoError("TOMO_USAGE", "x"), 2],
    [new TomoError("TOMO_UNKNOWN_COMPONENT", "x"), 3],
    [new TomoError("TOMO_FILE_MISSING", "x"), 4],
    [new TomoError("TOMO_ENGINE_MISSING", "x"), 5],
    [new TomoError("TOMO_NOT_FINITE", "x"), 1],
    [new TomoErrors([new TomoError("TOMO_FILE_MISSING", "x"), new TomoError("TOMO_BAD_VALUE", "y")]), 3],
    [new TomoErrors([new TomoError("TOMO_FILE_MISSING", "x")]), 4],
    [Object.assign(new Error("x"), { code: "TORCH_OP_FAILED" }), 5],
    [new Error("x"), 1],
    [Object.assign(new Error("x"), { code: "ENOENT" }), 1],
    ["a string", 1],
    [undefined, 1],
    [null, 1],
  ])("gives %s the exit code %i", (thrown, exit) => {
    expect(reportOf(thrown).exit).toBe(exit);
  });

  it("is JSON with everything that is known", () => {
    const error = new TomoError("TOMO_BAD_VALUE", "x", {
      where: { line: 3 },
      given: "a",
      expected: "b",
      hint: "c",
    });
    expect(JSON.parse(JSON.stringify(reportOf(error)))).toEqual({
      type: "error",
      exit: 3,
      errors: [
        { code: "TOMO_BAD_VALUE", message: "x", where: { line: 3 }, given: "a", expected: "b", hint: "c" },
      ],
    });
  });

  it("names an internal error by its first line", () => {
    expect(reportOf(new TypeError("a\nb")).errors[0]).toMatchObject({ code: "TOMO_INTERNAL", message: "a" });
    expect(reportOf(new TypeError("")).errors[0]?.message).toBe("TypeError");
  });
});

describe("sortByPosition", () => {
  it("orders by file, line, column; without a place last, in the order found", () => {
    const items = [at(undefined), at("b", 1, 1), at("a", 2, 1), at("a", 1, 5), at("a", 1, 2), at("a")];
    expect(sortByPosition(items).map(({ where }) => [where.file, where.line, where.column])).toEqual([
      ["a", 1, 2],
      ["a", 1, 5],
      ["a", 2, 1],
      ["a", undefined, undefined],
      ["b", 1, 1],
      [undefined, undefined, undefined],
    ]);
  });

  it("loses nothing and gives the same order again", () => {
    const item = fc.record({
      where: fc.record({
        file: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
        line: fc.option(fc.nat(3), { nil: undefined }),
        column: fc.option(fc.nat(3), { nil: undefined }),
      }),
    });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const sorted = sortByPosition(items);
        expect(new Set(sorted)).toEqual(new Set(items));
        expect(sorted).toHaveLength(items.length);
        expect(sortByPosition(sorted)).toEqual(sorted);
      }),
    );
  });
});

describe("the catalogue", () => {
  it.each(Object.keys(catalogue) as ErrorCode[])("%s says meaning and remedy in sentences", (code) => {
    const { meaning, remedy } = catalogue[code];
    expect(code).toMatch(/^TOMO(_[A-Z0-9]+)+$/);
    expect(meaning).toMatch(/^[A-Zl].*\.$/s);
    expect(remedy).toMatch(/^[A-Z`].*\.$/s);
    expect([1, 2, 3, 4, 5]).toContain(exitCodeOf(code));
  });
});
