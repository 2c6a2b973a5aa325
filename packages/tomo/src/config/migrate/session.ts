import type { ComponentLookup } from "../component_spec.ts";
import { isList, isObject, type Json } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import { type Position, positionsOf } from "../source/position.ts";
import { commentsIn, type Document, joinTrivia, type Member, parseLossless, type Value } from "./lossless.ts";
import type { Evidence } from "./rules.ts";
import { type Layout, layoutOf, lineOf } from "./tree.ts";

/** One thing that was translated. */
export interface Change extends Position {
  /** In the file that was read. */
  readonly path: string;
  /** What stood there, on one line; null for what is new. */
  readonly before: string | null;
  /** What stands there now; null for what is gone. */
  readonly after: string | null;
  readonly why: string;
  readonly evidence: Evidence;
}

/** One thing that has no translation. */
export interface Unresolved extends Position {
  /** Null for a comment that an earlier run left. */
  readonly path: string | null;
  readonly message: string;
}

interface Mark extends Position {
  readonly offset: number;
  readonly message: string;
}

/** One file while it is translated. */
export class Session {
  readonly document: Document;
  readonly layout: Layout;
  readonly lookup: ComponentLookup | undefined;
  readonly changes: Change[] = [];
  readonly #unresolved: Unresolved[] = [];
  /** Comments of earlier runs whose reason was not met again. */
  #earlier: Mark[];
  readonly #position: (offset: number) => Position;

  constructor(text: string, lookup?: ComponentLookup) {
    this.document = parseLossless(text);
    this.layout = layoutOf(text);
    this.lookup = lookup;
    this.#position = positionsOf(text);
    this.#earlier = marksIn(text).map((mark) => ({ ...mark, ...this.#position(mark.offset) }));
  }

  get root(): Value {
    return this.document.root;
  }

  /** Whether anything shows that the file is, or was, of an older generation. */
  get isOld(): boolean {
    return this.changes.length > 0 || this.#unresolved.length > 0 || this.#earlier.length > 0;
  }

  get unresolved(): Unresolved[] {
    const earlier = this.#earlier.map(({ line, column, message }) => ({ line, column, path: null, message }));
    return inOrder([...this.#unresolved, ...earlier]);
  }

  /** @param at The entry that the change is about. */
  change(
    at: Member,
    path: ConfigPath,
    change: Pick<Change, "before" | "after"> & { readonly why: string; readonly evidence: Evidence },
  ): void {
    const { before, after, why, evidence } = change;
    this.changes.push({ ...this.#placeOf(at), path: formatPath(path), before, after, why, evidence });
  }

  /** Leaves a comment above an entry, once, and counts it. */
  leave(at: Member, path: ConfigPath, message: string): void {
    const text = message.replaceAll(/\s+/g, " ").replaceAll("*/", "* /");
    if (this.#unresolved.some((known) => known.path === formatPath(path) && known.message === text)) return;
    this.#unresolved.push({ ...this.#placeOf(at), path: formatPath(path), message: text });
    if (commentsIn(at.lead).some((comment) => messageOf(comment) === text)) this.#forget(text, at);
    else this.#comment(at, text);
  }

  #comment(at: Member, message: string): void {
    const line = lineOf(at, this.layout.eol);
    // a line comment of a removed neighbour may end the lead
    const comment = line === null ? `/* ${prefix} ${message} */ ` : `// ${prefix} ${message}${line}`;
    at.lead = joinTrivia([at.lead, comment]);
  }

  /** The nearest earlier comment of this text above an entry is the one that was met again. */
  #forget(message: string, at: Member): void {
    const offset = offsetOf(at);
    const known = this.#earlier.filter((mark) => mark.message === message && mark.offset < offset).at(-1);
    this.#earlier = this.#earlier.filter((mark) => mark !== known);
  }

  #placeOf = (member: Member): Position => this.#position(offsetOf(member));
}

const prefix = "tomo migrate:";

const messageOf = (comment: string): string | undefined =>
  /^\/[/*]\s*tomo migrate:\s*([\s\S]*?)\s*(?:\*\/)?$/.exec(comment)?.[1];

/** Comments that an earlier run left in a text. */
function marksIn(text: string): { offset: number; message: string }[] {
  const strings = /"(?:[^"\\]|\\.)*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
  return [...text.matchAll(strings)].flatMap(({ 0: part, index }) => {
    const message = messageOf(part);
    return message === undefined ? [] : [{ offset: index, message }];
  });
}

const offsetOf = ({ key, value }: Member): number => key?.offset ?? value.offset;

export const inOrder = <Item extends Position>(items: readonly Item[]): Item[] =>
  items.toSorted((left, right) => left.line - right.line || left.column - right.column);

/** A value on one line, as people write it. */
export function oneLine(json: Json): string {
  if (isList(json)) return `[${json.map(oneLine).join(", ")}]`;
  if (!isObject(json)) return JSON.stringify(json);
  return `{${Object.entries(json)
    .map(([key, value]) => entryText(key, value))
    .join(", ")}}`;
}

export const entryText = (key: string, value: Json): string => `${JSON.stringify(key)}: ${oneLine(value)}`;

/** Indentation of the line that an entry starts; "" for one inside a line. */
export const indentOf = (member: Member, { eol }: Layout): string =>
  lineOf(member, eol)?.slice(eol.length) ?? "";
