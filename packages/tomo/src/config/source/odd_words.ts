import { nearest } from "../../errors/nearest.ts";

/** What is wrong with a word that JSON does not have, and what was meant. */
export interface OddWord {
  readonly message: string;
  readonly hint?: string;
}

/** Words of other languages. */
const meanings: Readonly<Record<string, string>> = {
  True: "true",
  False: "false",
  None: "null",
  yes: "true",
  on: "true",
  no: "false",
  off: "false",
  nil: "null",
  undefined: "null",
};

/** Signs that look like those of JSON, and the ones that are meant. */
const lookAlikes: Readonly<Record<string, string>> = {
  "：": ":",
  "，": ",",
  "；": ",",
  "［": "[",
  "］": "]",
  "｛": "{",
  "｝": "}",
  "【": "[",
  "】": "]",
};

const rules: readonly (readonly [form: RegExp, (word: string) => OddWord])[] = [
  [/^'/, () => ({ message: "a string is in single quotes", hint: "JSON wants double quotes" })],
  [
    /[“”„‟«»‘’`]/,
    (word) => ({ message: `${word} is in typographic quotes`, hint: 'JSON wants straight double quotes: "' }),
  ],
  [/^;/, () => ({ message: "; is not JSON", hint: "entries are separated by commas" })],
  [
    /^(<{7}|>{7}|={7}|\|{7})/,
    (word) => ({
      message: `${word} is the mark of a merge conflict`,
      hint: "keep one of the two versions and delete the marks",
    }),
  ],
  [/^=/, () => ({ message: "= is not JSON", hint: 'write "key": value, with a colon' })],
  [
    /^#/,
    () => ({ message: "# does not begin a comment here", hint: "write comments as // text, or /* text */" }),
  ],
  [
    /^[-+]?(NaN|Inf(inity)?)$/i,
    (word) => ({ message: `JSON has no ${word}`, hint: "write a number, or null where none is meant" }),
  ],
  [
    /^[+-]?\.\d/,
    (word) => ({
      message: `${word} is not JSON`,
      hint: `write ${word.replace(".", "0.").replace("+", "")}`,
    }),
  ],
  [
    /^_\d/,
    () => ({ message: "a number has an underscore", hint: "write its digits without any: 50000, or 5e4" }),
  ],
  [
    /^[*/+%^]|^-$/,
    (word) => ({ message: `${word} is not JSON`, hint: "nothing is computed here: write the number itself" }),
  ],
  [/^[()]/, () => ({ message: "JSON has no parentheses", hint: "a list stands in brackets: [1, 2]" })],
  [
    /^[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]/,
    (word) => ({
      message: `an invisible character, ${codePoint(word)}, that is no blank of JSON`,
      hint: "it came along with copied text; write blanks in its place",
    }),
  ],
  [
    /^</,
    (word) =>
      /^<(!|html|\?)/i.test(word)
        ? { message: `${word} is HTML or XML, not JSON`, hint: "a config begins with {" }
        : { message: `${word} is not JSON`, hint: "write the value in place of the angle brackets" },
  ],
];

/** Says what a word means that is not JSON, by what people write. */
export function oddWord(word: string): OddWord {
  const rule = rules.find(([form]) => form.test(word));
  if (rule !== undefined) return rule[1](word);
  const sign = [...word].find((letter) => Object.hasOwn(lookAlikes, letter));
  if (sign !== undefined)
    return {
      message: `${sign} is not the ${lookAlikes[sign]} of JSON`,
      hint: `write the ASCII sign: ${lookAlikes[sign]}`,
    };
  const meant = Object.hasOwn(meanings, word) ? meanings[word] : nearest(word, ["true", "false", "null"], 2);
  return {
    message: `${word} is not JSON`,
    hint: meant === undefined ? "text needs double quotes" : `did you mean ${meant}?`,
  };
}

const codePoint = (text: string): string =>
  `U+${text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
