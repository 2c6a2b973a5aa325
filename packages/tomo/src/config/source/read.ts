import { findNodeAtLocation, type Node, type ParseError, parseTree } from "jsonc-parser";
import { TomoError, TomoErrors, type Where } from "../../errors/tomo_error.ts";
import { readText } from "./decode.ts";
import { isObject, type Json, type JsonObject, kindOf } from "./json.ts";
import { type ConfigPath, formatPath } from "./path.ts";
import { type Position, positionsOf } from "./position.ts";
import { syntaxErrors } from "./syntax_errors.ts";

/** Part of an entry that a message is about. */
export type At = "key" | "value";

/** A JSON file in memory that can say where each of its values stands. */
export interface Source {
  /** Absolute path. */
  readonly file: string;
  readonly value: JsonObject;
  /** Place of a key or value; of the nearest enclosing value where the path itself is not in the file. */
  readonly locate: (path: ConfigPath, at?: At) => Position;
  /** The same as `where` of an error. */
  readonly where: (path: ConfigPath, at?: At) => Where;
}

/**
 * Reads JSON with comments and trailing commas.
 * @throws TomoErrors with every syntax error and duplicate key, TomoError when the file cannot be read.
 */
export function readSource(file: string): Source {
  return parseSource(readText(file), file);
}

/**
 * As `readSource`, but parses plain JSON by `JSON.parse` and builds the tree of positions only when a message
 * asks for one: for datalists of many thousand cases. Duplicate keys of plain JSON go unnoticed (the last wins).
 */
export function readLargeSource(file: string): Source {
  const text = readText(file);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return parseSource(text, file);
  }
  if (!isObject(value)) return parseSource(text, file);
  let parsed: Source | undefined;
  const positions = (): Source => {
    parsed ??= boundedDepth(file, () => sourceOf(file, treeOf(text, file), text));
    return parsed;
  };
  return {
    file,
    value,
    locate: (path, at) => positions().locate(path, at),
    where: (path, at) => positions().where(path, at),
  };
}

export function parseSource(text: string, file: string): Source {
  return boundedDepth(file, () => {
    const root = treeOf(text, file);
    const duplicates = duplicateKeys(root, file, positionsOf(text));
    if (duplicates.length > 0) throw new TomoErrors(duplicates);
    return sourceOf(file, root, text);
  });
}

/** Parser and walkers are recursive: absurd nesting ends in a message, not in a stack overflow. */
function boundedDepth<Result>(file: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TomoError("TOMO_JSON_SYNTAX", "the file is nested too deeply", { where: { file }, cause });
  }
}

function treeOf(text: string, file: string): Node {
  const found: ParseError[] = [];
  const root = parseTree(text, found, { allowTrailingComma: true });
  const positionAt = positionsOf(text);
  if (found.length > 0) throw new TomoErrors(syntaxErrors({ file, text, positionAt }, found));
  if (root?.type === "object") return root;
  const given = root === undefined ? undefined : kindOf(contentOf(root));
  throw new TomoErrors([
    new TomoError("TOMO_JSON_SYNTAX", "the file does not hold an object", {
      where: { file, ...positionAt(root?.offset ?? 0) },
      given,
      expected: "an object: { … }",
    }),
  ]);
}

function sourceOf(file: string, root: Node, text: string): Source {
  const positionAt = positionsOf(text);
  const locate = (path: ConfigPath, at: At = "value"): Position => {
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(root, path.slice(0, length));
      if (node === undefined) continue;
      const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
      const wantsKey = at === "key" || length < path.length;
      return positionAt((wantsKey ? (key ?? node) : node).offset);
    }
    return positionAt(root.offset);
  };
  return {
    file,
    value: contentOf(root) as JsonObject,
    locate,
    where: (path, at) => ({ file, ...locate(path, at), configPath: formatPath(path) || undefined }),
  };
}

/** Own properties only: a key named __proto__ is data like any other. */
function contentOf(node: Node): Json {
  const children = node.children ?? [];
  if (node.type === "array") return children.map(contentOf);
  if (node.type !== "object") return node.value as Json;
  return Object.fromEntries(children.map((property) => [keyOf(property), contentOf(property.children![1]!)]));
}

const keyOf = (property: Node): string => property.children![0]!.value as string;

function duplicateKeys(node: Node, file: string, positionAt: (offset: number) => Position): TomoError[] {
  const below = (node.children ?? []).flatMap((child) => duplicateKeys(child, file, positionAt));
  if (node.type !== "object") return below;
  const first = new Map<string, Node>();
  const own: TomoError[] = [];
  for (const property of node.children ?? []) {
    const key = keyOf(property);
    const earlier = first.get(key);
    first.set(key, earlier ?? property);
    if (earlier === undefined) continue;
    own.push(
      new TomoError("TOMO_DUPLICATE_KEY", `the key "${key}" stands twice in the same object`, {
        where: { file, ...positionAt(property.offset) },
        hint: `the first is in line ${positionAt(earlier.offset).line}; remove one of the two`,
      }),
    );
  }
  return [...own, ...below];
}
