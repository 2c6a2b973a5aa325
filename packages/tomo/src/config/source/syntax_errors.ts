import { createScanner, type ParseError, printParseErrorCode } from "jsonc-parser";
import { type ErrorDetails, TomoError } from "../../errors/tomo_error.ts";
import { oddWord } from "./odd_words.ts";
import type { Position } from "./position.ts";

/** More than this many syntax errors in one file only repeat the first. */
const shown = 10;

interface Text {
  readonly file: string;
  readonly text: string;
  readonly positionAt: (offset: number) => Position;
}

/** What jsonc-parser found, without the errors that only follow from an earlier one, in words. */
export function syntaxErrors(source: Text, found: readonly ParseError[]): TomoError[] {
  return firstCauses(source, found)
    .slice(0, shown)
    .map((error) => {
      const { offset, message, ...details } = explain(source.text, error);
      return new TomoError("TOMO_JSON_SYNTAX", message, {
        where: { file: source.file, ...source.positionAt(offset) },
        ...details,
      });
    });
}

/** Drops errors on the line of an earlier one, those right behind it, and unclosed brackets that follow. */
function firstCauses({ text, positionAt }: Text, found: readonly ParseError[]): ParseError[] {
  const kept: ParseError[] = [];
  let last: ParseError | undefined;
  const followsFrom = (earlier: ParseError, error: ParseError): boolean => {
    const sameLine = positionAt(earlier.offset).line === positionAt(error.offset).line;
    if (isSymbol(error)) return sameLine && isSymbol(earlier);
    const between = text.slice(earlier.offset + earlier.length, error.offset);
    return sameLine || between.trim() === "" || isUnclosed(error);
  };
  for (const error of [...found].sort((left, right) => left.offset - right.offset)) {
    const follows = last !== undefined && followsFrom(last, error);
    if (!follows) kept.push(error);
    last = error;
  }
  return kept;
}

const isSymbol = ({ error }: ParseError): boolean => printParseErrorCode(error) === "InvalidSymbol";
const isUnclosed = ({ error }: ParseError): boolean =>
  ["CloseBraceExpected", "CloseBracketExpected"].includes(printParseErrorCode(error));

type Explained = { readonly offset: number; readonly message: string } & Pick<ErrorDetails, "given" | "hint">;

function explain(text: string, { error, offset, length }: ParseError): Explained {
  const token = text.slice(offset, offset + length);
  switch (printParseErrorCode(error)) {
    case "InvalidSymbol":
      return explainWord(text, offset, token);
    case "CommaExpected":
      if (token === "}" || token === "]") return wrongBracket(text, offset, token);
      return afterPrevious(text, offset, `a comma is missing before ${token}`, "put a comma here");
    case "ColonExpected":
      return { offset, message: `a colon is missing before ${token}`, given: token };
    case "PropertyNameExpected":
      if (token === ",") return { offset, message: "a comma too many", hint: "remove one of the two commas" };
      if (/^\d/.test(token))
        return {
          offset,
          message: `a key in double quotes is missing before ${token}`,
          given: token,
          hint: "a decimal number is written with a point: 0.1",
        };
      return { offset, message: `a key in double quotes is missing before ${token}`, given: token };
    case "ValueExpected":
      return text.trim() === ""
        ? { offset, message: "the file is empty", hint: "a config is at least {}" }
        : { offset, message: `a value is missing before ${token || "the end of the file"}`, given: token };
    case "UnexpectedEndOfString":
      return { offset, message: "a string has no closing quote on its line", given: firstLine(token) };
    case "CloseBraceExpected":
    case "CloseBracketExpected":
      return unclosed(text, offset);
    case "EndOfFileExpected":
      return {
        offset,
        message: `${firstLine(token)} follows after the end of the config`,
        given: firstLine(token),
        hint: "the brace before it closes the first one of the file: one of the two is too many",
      };
    case "UnexpectedEndOfComment":
      return { offset, message: "a comment does not end", hint: "close it with */" };
    case "InvalidEscapeCharacter":
    case "InvalidUnicode":
      return {
        offset,
        message: "a string has an unknown escape",
        given: firstLine(token),
        hint: "write \\\\ for a backslash; / works in paths on every system",
      };
    case "UnexpectedEndOfNumber":
      return {
        offset,
        message: `${numberAt(text, offset)} is no number of JSON`,
        given: numberAt(text, offset),
        hint: "write a digit behind the point: 1.0",
      };
    case "InvalidCharacter":
      return {
        offset,
        message: "a string holds a tab or another control character",
        given: firstLine(token),
        hint: "write \\t for a tab, \\n for a new line",
      };
    default:
      return { offset, message: "this text is not JSON", given: firstLine(token) };
  }
}

/** A word behind the end of the config is too much, whatever it is. */
function explainWord(text: string, offset: number, token: string): Explained {
  if (openBefore(text, offset).length === 0 && /\}\s*$/.test(text.slice(0, offset)))
    return {
      offset,
      given: token,
      message: `${token} stands after the end of the config`,
      hint: "remove it",
    };
  const word = token === "-" ? (/^-\w+/.exec(text.slice(offset, offset + 40))?.[0] ?? token) : token;
  return { offset, given: word, ...oddWord(word) };
}

/** Points behind the token before `offset`: a missing comma belongs to the end of the line above. */
function afterPrevious(text: string, offset: number, message: string, hint: string): Explained {
  let end = 0;
  for (const token of tokensOf(text)) {
    if (token.offset >= offset) break;
    end = token.offset + token.length;
  }
  return { offset: Math.max(0, end - 1), message, hint };
}

/** Names the innermost bracket that is still open at the end. */
function unclosed(text: string, offset: number): Explained {
  const last = openBefore(text, Number.POSITIVE_INFINITY).at(-1);
  if (last === undefined) return { offset, message: "a closing bracket is missing" };
  return {
    offset: last.offset,
    message: `this ${last.sign} is never closed`,
    given: last.sign,
    hint: `add ${closing[last.sign]} at its end`,
  };
}

/** A list closed by a brace, or the other way round. */
function wrongBracket(text: string, offset: number, token: string): Explained {
  const open = openBefore(text, offset).at(-1);
  const wanted = open === undefined ? "" : closing[open.sign];
  const line = open === undefined ? 0 : text.slice(0, open.offset).split(/\r\n|\n|\r/).length;
  return {
    offset,
    message: `${token} cannot close the ${open?.sign} of line ${line}`,
    given: token,
    hint: `close it with ${wanted}`,
  };
}

const closing: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

/** Brackets that are open at an offset, the innermost last. */
function openBefore(text: string, offset: number): { offset: number; sign: string }[] {
  const open: { offset: number; sign: string }[] = [];
  for (const token of tokensOf(text)) {
    if (token.offset >= offset) break;
    const sign = text[token.offset]!;
    if (sign === "{" || sign === "[") open.push({ offset: token.offset, sign });
    if (sign === "}" || sign === "]") open.pop();
  }
  return open;
}

/** Tokens without blanks and comments; a string is one token, so a bracket in it does not count. */
function* tokensOf(text: string): Generator<{ offset: number; length: number }> {
  const scanner = createScanner(text, true);
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan())
    yield { offset: scanner.getTokenOffset(), length: scanner.getTokenLength() };
}

const numberAt = (text: string, offset: number): string =>
  /^[-+\d.eE]+/.exec(text.slice(offset, offset + 40))?.[0] ?? "this";

const firstLine = (text: string): string => text.split(/[\r\n]/, 1)[0]!;
