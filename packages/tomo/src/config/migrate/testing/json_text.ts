import fc from "fast-check";

const line = fc.constantFrom("", "x", "// y", "* /", '"', "{", "}", ",", "tomo");
const comment = fc.oneof(
  line.map((text) => `//${text}\n`),
  line.map((text) => `/*${text.replaceAll("*/", "")}*/`),
  line.map((text) => `/*\n ${text}\n*/`),
);
const trivia = fc
  .array(fc.oneof(fc.constantFrom(" ", "\n", "\r\n", "\t", "\n    ", ""), comment), { maxLength: 3 })
  .map((parts) => parts.join(""));

/** Any JSON text with comments, odd blanks and trailing commas. */
export const jsonText: fc.Arbitrary<string> = fc
  .letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("1", "-0.5e3", "true", "null", '"a"', '"// no \\" comment"', '"/*"', '""'),
      listOf("[", "]", tie("value")),
      listOf(
        "{",
        "}",
        fc.tuple(trivia, trivia, tie("value")).map(([before, after, value]) => `${before}:${after}${value}`),
      ).map((text) => numberKeys(text)),
    ),
  }))
  .value.chain((value) => fc.tuple(trivia, trivia).map(([before, after]) => before + value + after));

function listOf(open: string, close: string, item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const keyed = open === "{" ? item.map((text) => `\u0000${text}`) : item;
  return fc
    .tuple(fc.array(fc.tuple(trivia, keyed, trivia), { maxLength: 4 }), fc.boolean(), trivia)
    .map(([items, trailing, tail]) => {
      const text = items.map((parts) => parts.join("")).join(",");
      return open + text + (trailing && items.length > 0 ? "," : "") + tail + close;
    });
}

/** Keys that differ, in the places that are marked. */
function numberKeys(text: string): string {
  let count = 0;
  return text.replaceAll("\u0000", () => `"k${count++}"`);
}
