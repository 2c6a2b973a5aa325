import { createScanner } from "jsonc-parser";

/**
 * JSON with comments as a tree that keeps every character: what is not changed prints as it was read. jsonc-parser's own
 * `modify` loses the comments around what it removes, and can neither rename a key nor move a value.
 */
export interface Document {
  /** Blanks and comments around the value. */
  before: string;
  readonly root: Value;
  after: string;
}

export type Value = Scalar | Container;

export interface Scalar {
  readonly type: "scalar";
  /** As written: a string with its quotes. */
  raw: string;
  /** In the text that was read; `made` for what was made since. */
  readonly offset: number;
}

export interface Container {
  readonly type: "object" | "list";
  /** Between the bracket and the end of its line. */
  head: string;
  members: Member[];
  /** Before the closing bracket. */
  tail: string;
  readonly offset: number;
}

/** An entry of an object or a list. */
export interface Member {
  /** Blanks and comments from the end of the previous line on. */
  lead: string;
  /** Null in lists. */
  key: Scalar | null;
  /** From key to value: blanks, the colon, blanks. */
  colon: string;
  value: Value;
  /** Between value and comma. */
  trail: string;
  comma: boolean;
  /** The rest of the line: a comment that belongs to this entry. */
  after: string;
}

export const made = -1;

/** @param text JSON that `parseSource` accepts. */
export function parseLossless(text: string): Document {
  const reader = new Reader(text);
  const before = reader.trivia();
  const root = reader.value();
  return { before, root, after: text.slice(reader.end) };
}

export const print = ({ before, root, after }: Document): string =>
  join([blank(before), ...pieces(root), blank(after)]);

/** A token, or the blanks and comments between two. */
interface Piece {
  readonly text: string;
  readonly token: boolean;
}

const token = (text: string): Piece => ({ text, token: true });
const blank = (text: string): Piece => ({ text, token: false });

function pieces(value: Value): Piece[] {
  if (value.type === "scalar") return [token(value.raw)];
  const [open, close] = value.type === "object" ? ["{", "}"] : ["[", "]"];
  const inner = value.members.flatMap(memberPieces);
  return [token(open), blank(value.head), ...inner, blank(value.tail), token(close)];
}

const memberPieces = ({ lead, key, colon, value, trail, comma, after }: Member): Piece[] => [
  blank(lead),
  ...(key === null ? [] : [token(key.raw), blank(colon)]),
  ...pieces(value),
  blank(trail),
  ...(comma ? [token(",")] : []),
  blank(after),
];

function join(all: readonly Piece[]): string {
  const written = all.filter(({ text }) => text !== "");
  return written
    .map(({ text, token }, index) => (token ? text : sealed(text, written[index + 1]?.text ?? "\n")))
    .join("");
}

/** One piece of trivia made of several. */
export const joinTrivia = (parts: readonly string[]): string =>
  parts.reduceRight((after, part) => (after === "" ? part : sealed(part, after) + after), "");

/** A line comment that no line break follows any more, since something was moved, becomes a block comment. */
function sealed(trivia: string, next: string): string {
  const last = /^[\r\n]/.test(next) ? undefined : partsOf(trivia).at(-1);
  if (last === undefined || last === "/" || !last.startsWith("//")) return trivia;
  return `${trivia.slice(0, trivia.length - last.length)}/*${last.slice(2).replaceAll("*/", "* /")} */ `;
}

class Reader {
  /** Behind the last token. */
  end = 0;
  readonly #text: string;
  readonly #scanner: ReturnType<typeof createScanner>;

  constructor(text: string) {
    this.#text = text;
    this.#scanner = createScanner(text, true);
    this.#scanner.scan();
  }

  /** Blanks and comments up to the next token. */
  trivia(): string {
    return this.#text.slice(this.end, this.#scanner.getTokenOffset());
  }

  value(): Value {
    const sign = this.#peek();
    if (sign === "{" || sign === "[") return this.#container(sign === "{" ? "object" : "list");
    return this.#scalar();
  }

  #container(type: Container["type"]): Container {
    const offset = this.#take();
    const container: Container = { type, head: "", members: [], tail: "", offset };
    let [rest, lead] = splitLine(this.trivia());
    container.head = rest;
    while (this.#peek() !== "}" && this.#peek() !== "]") {
      const member = this.#member(type, lead);
      container.members.push(member);
      [rest, lead] = this.#closeMember(member);
      member.after = rest;
    }
    container.tail = lead;
    this.#take();
    return container;
  }

  #member(type: Container["type"], lead: string): Member {
    const key = type === "object" ? this.#scalar() : null;
    const colon = key === null ? "" : this.#colon();
    return { lead, key, colon, value: this.value(), trail: "", comma: false, after: "" };
  }

  #colon(): string {
    const before = this.trivia();
    this.#take();
    return `${before}:${this.trivia()}`;
  }

  /** Takes the comma, if there is one; returns the rest of the line and what follows it. */
  #closeMember(member: Member): [string, string] {
    if (this.#peek() === ",") {
      member.trail = this.trivia();
      member.comma = true;
      this.#take();
    }
    return splitLine(this.trivia());
  }

  #scalar(): Scalar {
    const offset = this.#scanner.getTokenOffset();
    return {
      type: "scalar",
      raw: this.#text.slice(offset, offset + this.#scanner.getTokenLength()),
      offset: this.#take(),
    };
  }

  #peek(): string {
    const length = this.#scanner.getTokenLength();
    if (length === 0) throw new SyntaxError("the text ends inside a value");
    return this.#text[this.#scanner.getTokenOffset()]!;
  }

  /** Goes past the token and returns its offset. */
  #take(): number {
    const offset = this.#scanner.getTokenOffset();
    this.end = offset + this.#scanner.getTokenLength();
    this.#scanner.scan();
    return offset;
  }
}

/** Comments, line breaks and single blanks. */
const partsOf = (trivia: string): string[] =>
  trivia.match(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|\r\n|[\s\S]/g) ?? [];

/** Divides trivia before its first line break outside of comments; without one all of it belongs to what follows. */
function splitLine(trivia: string): [sameLine: string, rest: string] {
  const parts = partsOf(trivia);
  const at = parts.findIndex((part) => /^[\r\n]/.test(part));
  return at < 0 ? ["", trivia] : [parts.slice(0, at).join(""), parts.slice(at).join("")];
}

/** The comments in a piece of trivia, each as written. */
export const commentsIn = (trivia: string): string[] =>
  partsOf(trivia).filter((part) => part.length > 1 && part.startsWith("/"));
