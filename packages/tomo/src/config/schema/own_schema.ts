import type { ComponentLookup, Declaration } from "../component_spec.ts";
import { type Kind, kindNoun } from "../kinds.ts";
import type { JsonObject } from "../source/json.ts";
import { componentDoc } from "./component_doc.ts";
import { when } from "./conditions.ts";

/** A user's own component, and how configs can write its path. */
export interface OwnEntry {
  readonly declaration: Declaration;
  /** `custom/my_loss.ts#MyLoss` */
  readonly path: string;
  /** That path, Clara's dotted one, and what the configs have. */
  readonly spellings: readonly string[];
}

/** The user's components that were loaded; those that failed are left out, and their arguments unchecked. */
export function ownEntries({ own, ownPaths = [] }: ComponentLookup): readonly OwnEntry[] {
  const entries = new Map<string, OwnEntry>();
  for (const written of ownPaths) {
    const found = own?.(written);
    if (found === undefined || "error" in found) continue;
    const { path } = found.module;
    const spellings = entries.get(path)?.spellings ?? [path, ...dotted(path)];
    const all = [...new Set([...spellings, written])];
    entries.set(path, { declaration: found.declaration, path, spellings: all });
  }
  return [...entries.values()];
}

/** `custom/my_loss.ts#MyLoss` as Clara writes it, where that is possible. */
function dotted(path: string): string[] {
  const parts = /^((?:[\p{L}\p{N}_]+\/)*[\p{L}\p{N}_]+)\.[a-z]+#([\p{L}\p{N}_]+)$/u.exec(path);
  return parts === null || parts[2] === "default" ? [] : [`${parts[1]!.replaceAll("/", ".")}.${parts[2]}`];
}

/** What is offered for `path`; any other path is taken too, since files come and go. */
export const pathChoices = (own: readonly OwnEntry[]): JsonObject => ({
  anyOf: [
    {
      enum: own.map(({ path }) => path),
      enumDescriptions: own.map(({ declaration }) => declaration.summary),
      markdownEnumDescriptions: own.map(({ declaration }) => componentDoc(declaration)),
    },
    {},
  ],
});

/** What a `path` asks of an element of a kind; `whenNamed` says what a declaration asks. */
export const ownSchema = (
  kind: Kind,
  own: readonly OwnEntry[],
  whenNamed: (declaration: Declaration) => JsonObject,
): JsonObject => ({
  allOf: own.map(({ declaration, path, spellings }) => {
    // an enum would be offered in every place
    const isIt = { pattern: exactly(spellings), doNotSuggest: true };
    if (declaration.kind !== kind)
      return when(asks(isIt), {
        properties: {
          path: {
            doNotSuggest: true,
            not: isIt,
            errorMessage: `${path} is ${kindNoun[declaration.kind]}, not ${kindNoun[kind]}.`,
          },
        },
      });
    const { properties, ...rest } = whenNamed(declaration);
    const { name: _, ...others } = properties as JsonObject;
    // the list of choices has no words for other spellings
    const words = when({ not: { const: path } }, { description: declaration.summary });
    return when(asks(isIt), { ...rest, properties: { path: { doNotSuggest: true, ...words }, ...others } });
  }),
});

const exactly = (words: readonly string[]): string =>
  `^(?:${words.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})$`;

const asks = (path: JsonObject): JsonObject => ({ properties: { path }, required: ["path"] });
