import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csv, csvRow, parseCsv } from "./csv.ts";

describe("csv", () => {
  it("quotes the cells that need it", () => {
    expect(csvRow(["a b", "1.5", ""])).toBe("a b,1.5,\n");
    expect(csvRow(['film "left", 2', "a\nb", "a\rb"])).toBe('"film ""left"", 2","a\nb","a\rb"\n');
  });

  it("puts rows under each other", () => {
    expect(csv([["a"], ["b", "c"]])).toBe("a\nb,c\n");
    expect(csv([])).toBe("");
  });
});

describe("parseCsv", () => {
  it("reads what csv writes", () => {
    const cell = fc.string().map((text) => text.trim());
    // an empty row cannot be told from an empty line
    const row = fc.array(cell, { minLength: 1 }).filter((cells) => cells.some((one) => one !== ""));
    const first = row.map((cells) => [
      "a,b",
      "c",
      ...cells.map((one) => one.replaceAll(/[;\t\r\n]/g, "").trim()),
    ]);
    fc.assert(
      fc.property(first, fc.array(row), (head, rows) => {
        expect(parseCsv(csv([head, ...rows]))).toEqual([head, ...rows]);
      }),
    );
  });

  it.each([
    [
      "\ufeffa;b\r\n1,5;2\r\n\r\n",
      [
        ["a", "b"],
        ["1,5", "2"],
      ],
    ],
    [
      "a\tb\rc\td",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ['a,"b\n""c"""\n', [["a", 'b\n"c"']]],
    ['"open,b\nc', [['"open', "b"], ["c"]]],
    ["", []],
  ])("%j", (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });
});
