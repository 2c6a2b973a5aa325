import type { Json } from "../source/json.ts";
import {
  type Container,
  commentsIn,
  joinTrivia,
  type Member,
  made,
  parseLossless,
  type Scalar,
  type Value,
} from "./lossless.ts";

/** How a file is laid out. */
export interface Layout {
  /** Line end. */
  readonly eol: string;
  /** One step of indentation. */
  readonly step: string;
}

export function layoutOf(text: string): Layout {
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  return { eol, step: /(?:^|[\r\n])([ \t]+)"/.exec(text)?.[1] ?? "  " };
}

/** The plain value. */
export function jsonOf(value: Value): Json {
  if (value.type === "scalar") return JSON.parse(value.raw) as Json;
  if (value.type === "list") return value.members.map((member) => jsonOf(member.value));
  return Object.fromEntries(value.members.map((member) => [keyOf(member), jsonOf(member.value)]));
}

/** Key of an entry; "" in lists. */
export const keyOf = ({ key }: Member): string => (key === null ? "" : (JSON.parse(key.raw) as string));

export const memberOf = (value: Value | undefined, key: string): Member | undefined =>
  value?.type === "object" ? value.members.find((member) => keyOf(member) === key) : undefined;

/** The object or list under a key. */
export function containerAt(
  value: Value | undefined,
  key: string,
  type: Container["type"],
): Container | undefined {
  const found = memberOf(value, key)?.value;
  return found?.type === type ? found : undefined;
}

/** The plain value under a key. */
export function jsonAt(value: Value | undefined, key: string): Json | undefined {
  const found = memberOf(value, key);
  return found === undefined ? undefined : jsonOf(found.value);
}

/** The string under a key. */
export function stringAt(value: Value | undefined, key: string): string | undefined {
  const found = jsonAt(value, key);
  return typeof found === "string" ? found : undefined;
}

const scalar = (value: Json, offset = made): Scalar => ({
  type: "scalar",
  raw: JSON.stringify(value),
  offset,
});

export function renameKey(member: Member, key: string): void {
  member.key = scalar(key, member.key?.offset);
}

export function setValue(member: Member, value: Json): void {
  member.value = scalar(value, member.value.offset);
}

/** What is put into a container. */
export interface NewEntry {
  /** Null in lists. */
  readonly key: string | null;
  readonly value: Value;
  /** To stand above it. */
  readonly comments?: readonly string[];
}

/** Puts an entry in, by default at the end, with blanks as its neighbours have them. */
export function insert(
  container: Container,
  { key, value, comments = [] }: NewEntry,
  { eol, step, indent }: Layout & { readonly indent: string },
  index = container.members.length,
): void {
  const { members } = container;
  const neighbour = members[Math.min(index, members.length - 1)];
  if (neighbour === undefined && !/[\r\n]/.test(bare(container.tail))) {
    container.head = joinTrivia([container.head, container.tail.trimEnd()]);
    container.tail = eol + indent;
  }
  const line = neighbour === undefined ? eol + indent + step : lineOf(neighbour, eol);
  const blanks = line ?? (index === 0 && neighbour?.lead === "" ? "" : " ");
  if (index === 0 && neighbour?.lead === "") neighbour.lead = " ";
  const trailing = members.at(-1)?.comma ?? false;
  members.splice(index, 0, {
    lead: joinTrivia([...comments, ""].map((comment) => blanks + comment)),
    key: key === null ? null : scalar(key),
    colon: key === null ? "" : ": ",
    value,
    trail: "",
    comma: false,
    after: "",
  });
  setCommas(container, trailing);
}

/** Takes an entry out; its comments stay, in front of what follows. */
export function remove(
  container: Container,
  member: Member,
  { eol }: Layout,
  comments: readonly string[] = commentsOf(member),
): void {
  const index = container.members.indexOf(member);
  const next = container.members[index + 1];
  const trailing = container.members.at(-1)?.comma ?? false;
  const kept = comments.map((comment) => (lineOf(member, eol) ?? " ") + comment);
  container.members.splice(index, 1);
  if (next === undefined) container.tail = joinTrivia([...kept, container.tail]);
  else if (index === 0 && /^[ \t]*$/.test(next.lead + member.lead)) next.lead = member.lead;
  if (next !== undefined) next.lead = joinTrivia([...kept, next.lead]);
  setCommas(container, trailing);
}

/** Puts some entries of an object into a new one under `key`, where the first of them stood or behind `name`. */
export function nest(
  container: Container,
  moved: readonly Member[],
  key: string,
  { eol, step }: Layout,
): void {
  const [first] = moved;
  if (first === undefined) return;
  const trailing = container.members.at(-1)?.comma ?? false;
  const line = lineOf(first, eol);
  if (line === null) first.lead = first.lead === "" ? " " : first.lead;
  else for (const member of moved) indentMore(member, step);
  const inner: Container = { type: "object", head: "", members: [...moved], tail: line ?? " ", offset: made };
  setCommas(inner, false);
  const index = container.members.indexOf(first);
  const rest = container.members.filter((member) => !moved.includes(member));
  const name = rest.findIndex((member) => keyOf(member) === "name");
  const entry = { key: scalar(key), colon: ": ", value: inner, trail: "", comma: false, after: "" };
  rest.splice(Math.max(index, name + 1), 0, { lead: line ?? " ", ...entry });
  container.members = rest;
  setCommas(container, trailing);
}

/** Line break and blanks before an entry that starts its line; null for one that does not. */
export function lineOf({ lead }: Member, eol: string): string | null {
  const blanks = /[\r\n]([ \t]*)$/.exec(lead)?.[1];
  return blanks === undefined ? null : eol + blanks;
}

/** Every comment in and around an entry. */
export const commentsOf = ({ lead, colon, value, trail, after }: Member): string[] => [
  ...commentsIn(lead),
  ...commentsIn(colon),
  ...(value.type === "scalar" ? [] : [value.head, ...value.members, value.tail].flatMap(commentsBelow)),
  ...commentsIn(trail),
  ...commentsIn(after),
];

const commentsBelow = (part: string | Member): string[] =>
  typeof part === "string" ? commentsIn(part) : commentsOf(part);

/** A value laid out as people write configs: objects over several lines, lists of scalars on one. */
export const laidOut = (json: Json, indent: string, layout: Layout): Value =>
  copyOf(parseLossless(format(json, indent, layout)).root);

function format(json: Json, indent: string, layout: Layout): string {
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  const inner = layout.eol + indent + layout.step;
  const isList = Array.isArray(json);
  if (Object.keys(json).length === 0) return isList ? "[]" : "{}";
  const parts = Object.entries(json).map(
    ([key, value]: [string, Json]) =>
      (isList ? "" : `${JSON.stringify(key)}: `) + format(value, indent + layout.step, layout),
  );
  if (isList && json.every((item: Json) => typeof item !== "object")) return `[${parts.join(", ")}]`;
  const [open, close] = isList ? "[]" : "{}";
  return open + inner + parts.join(`,${inner}`) + layout.eol + indent + close;
}

/** A copy with the same blanks, without comments and without a place in the file. */
export function copyOf(value: Value): Value {
  if (value.type === "scalar") return { ...value, offset: made };
  const members = value.members.map((member) => ({
    ...member,
    lead: bare(member.lead),
    key: member.key === null ? null : { ...member.key, offset: made },
    colon: /^[ \t]*:[ \t]*$/.test(member.colon) || member.key === null ? member.colon : ": ",
    value: copyOf(member.value),
    trail: "",
    after: "",
  }));
  return { type: value.type, head: "", members, tail: bare(value.tail), offset: made };
}

/** Trivia without comments: at most one line break. */
function bare(trivia: string): string {
  const comments = commentsIn(trivia);
  const blanks = comments.reduce((text, comment) => text.replace(comment, () => ""), trivia);
  if (!/[\r\n]/.test(blanks)) return comments.length === 0 ? blanks : " ";
  return blanks.replace(/^[\s\S]*?(\r\n|\n|\r)(?:[\s\S]*[\r\n])?(?=[ \t]*$)/, "$1");
}

/** Moves the lines of an entry one step to the right. */
function indentMore(member: Member, step: string): void {
  const more = (trivia: string): string => trivia.replaceAll(/(\r\n|\n|\r)(?![\r\n])/g, `$1${step}`);
  member.lead = more(member.lead);
  member.colon = more(member.colon);
  member.trail = more(member.trail);
  const { value } = member;
  if (value.type === "scalar") return;
  value.tail = more(value.tail);
  for (const inner of value.members) indentMore(inner, step);
}

/** A comma behind all but the last entry, and behind that one where the file had it so. */
function setCommas({ members }: Container, trailing: boolean): void {
  for (const [index, member] of members.entries()) member.comma = index < members.length - 1 || trailing;
}
