import { describe, expect, it } from "vitest";
import { csv, csvRow } from "./csv.ts";

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
