import { expect, it } from "vitest";
import { oddWord } from "./odd_words.ts";

it.each([
  ["True", "did you mean true?"],
  ["no", "did you mean false?"],
  ["ture", "did you mean true?"],
  ["None", "did you mean null?"],
  ["NaN", "write a number, or null where none is meant"],
  ["-Infinity", "write a number, or null where none is meant"],
  [".5", "write 0.5"],
  ["+.5", "write 0.5"],
  ["_000", "write its digits without any: 50000, or 5e4"],
  ["“Dice”", 'JSON wants straight double quotes: "'],
  ["'Dice'", "JSON wants double quotes"],
  ["#", "write comments as // text, or /* text */"],
  ["=", 'write "key": value, with a colon'],
  ["=======", "keep one of the two versions and delete the marks"],
  ["<<<<<<<", "keep one of the two versions and delete the marks"],
  ["<NUMBER>", "write the value in place of the angle brackets"],
  ["<html>", "a config begins with {"],
  ["：", "write the ASCII sign: :"],
  ["，96", "write the ASCII sign: ,"],
  ["(48", "a list stands in brackets: [1, 2]"],
  ["*", "nothing is computed here: write the number itself"],
  ["\u00a0", "it came along with copied text; write blanks in its place"],
  ["SegAhnet", "text needs double quotes"],
])("says what %s is to be", (word, hint) => {
  expect(oddWord(word).hint).toBe(hint);
});

it("shows a character that cannot be seen by its number", () => {
  expect(oddWord("\u200b").message).toContain("U+200B");
});
