import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../source/json.ts";
import { commentsIn, parseLossless, print } from "./lossless.ts";
import { textOf } from "./testing/json_text.ts";

describe("parseLossless", () => {
  it.each([
    "{}",
    "[]",
    ' // a\n { "a" /* b */ : /* c */ 1 /* d */ , // e\n // f\n "b": [ 1, 2, ], /* g */ }\n// h',
    '{\r\n\t"a": {\r\n\t\t"b": "// no comment",\r\n\t},\r\n}\r\n',
    '{"a":1,"b":[{"c":null}]}',
    "{ // head\n}",
    '{"a": 1 // last\n}',
    '{"a": 1 // before the comma\n , "b": 2}',
    '{"a": 1 /* over\n lines */, "b": 2}',
  ])("prints %j as it was read", (text) => {
    expect(print(parseLossless(text))).toBe(text);
  });

  it("prints any JSON with comments as it was read", () => {
    fc.assert(
      fc.property(
        textOf(fc.jsonValue() as fc.Arbitrary<Json>),
        (text) => print(parseLossless(text)) === text,
      ),
    );
  });

  it("gives a comment to the entry on whose line it stands", () => {
    const { root } = parseLossless(
      '{ // head\n "a": 1, // about a\n // above b\n "b": 2 // about b\n // tail\n}',
    );
    if (root.type === "scalar") throw new Error("not an object");
    const [a, b] = root.members;
    expect([root.head, a?.after, b?.lead, b?.after, root.tail].map(commentsIn as never)).toEqual([
      ["// head"],
      ["// about a"],
      ["// above b"],
      ["// about b"],
      ["// tail"],
    ]);
  });
});

describe("print", () => {
  it("turns a line comment that would swallow what follows into a block comment", () => {
    const document = parseLossless('{"a": 1, // one\n"b": 2}');
    if (document.root.type === "scalar") throw new Error("not an object");
    document.root.members[1]!.lead = "";
    expect(print(document)).toBe('{"a": 1, /* one */ "b": 2}');
  });
});
