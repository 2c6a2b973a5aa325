import fc from "fast-check";
import { isList, isObject, type Json } from "../../source/json.ts";

const words = fc.constantFrom("", "x", "// y", "* /", '"', "{", "}", ",", "tomo", "é");
const comment = fc.oneof(
  words.map((text) => `//${text}\n`),
  words.map((text) => `/*${text}*/`),
  words.map((text) => `/*\n ${text}\n*/`),
);
const gap = fc
  .array(fc.oneof(fc.constantFrom(" ", "\n", "\r\n", "\t", "\n    ", ""), comment), { maxLength: 3 })
  .map((parts) => parts.join(""));

/** A value as text with odd blanks, comments and trailing commas wherever JSON with comments allows them. */
export const textOf = (value: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  fc
    .tuple(value, fc.array(gap, { minLength: 1, maxLength: 40 }), fc.boolean())
    .map(([json, gaps, trailing]) => new Writer(gaps, trailing).text(json));

class Writer {
  #used = 0;
  readonly #gaps: readonly string[];
  readonly #trailing: boolean;

  constructor(gaps: readonly string[], trailing: boolean) {
    this.#gaps = gaps;
    this.#trailing = trailing;
  }

  text(json: Json): string {
    return this.#gap() + this.#value(json) + this.#gap();
  }

  #value(json: Json): string {
    if (isList(json))
      return this.#members(
        "[",
        json.map((item) => this.text(item)),
        "]",
      );
    if (!isObject(json)) return JSON.stringify(json);
    const entries = Object.entries(json).map(
      ([key, value]) => `${this.#gap()}${JSON.stringify(key)}${this.#gap()}:${this.text(value)}`,
    );
    return this.#members("{", entries, "}");
  }

  #members(open: string, members: readonly string[], close: string): string {
    return open + members.join(",") + (this.#trailing && members.length > 0 ? "," : "") + this.#gap() + close;
  }

  #gap = (): string => this.#gaps[this.#used++ % this.#gaps.length]!;
}
