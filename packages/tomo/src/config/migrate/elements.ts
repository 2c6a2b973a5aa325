import { splitName } from "../component_spec.ts";
import type { Kind } from "../kinds.ts";
import { type Place, places } from "../places.ts";
import type { ConfigPath } from "../source/path.ts";
import { type Container, type Member, made, type Value } from "./lossless.ts";
import { containerAt, jsonAt, memberOf, stringAt } from "./tree.ts";

/** Places of older configs, and the writer of an annotation server's config. */
const formerPlaces: readonly Pick<Place, "path" | "kind">[] = [
  { path: ["train", "metrics"], kind: "aux_ops" },
  { path: ["writer"], kind: "writers" },
];

/** A component as it stands in the file. */
export interface Element {
  readonly kind: Kind;
  /** In the file that was read. */
  readonly path: ConfigPath;
  readonly node: Container;
  /** The entry that holds it. */
  readonly member: Member;
  /** The list in which it stands, or null. */
  readonly list: Container | null;
}

/** Every object at a place for components, disabled ones too; whatever else stands there is passed over. */
export function elementsOf(root: Value): Element[] {
  return [...places, ...formerPlaces].flatMap(({ path, kind }) => {
    const [key = "", section] = path.toReversed();
    const parent = section === undefined ? root : containerAt(root, section, "object");
    const member = memberOf(parent, key);
    return member === undefined ? [] : below(member, { kind, path, list: null });
  });
}

function below(member: Member, { kind, path, list }: Pick<Element, "kind" | "path" | "list">): Element[] {
  const { value } = member;
  if (value.type === "object") return [{ kind, path, node: value, member, list }];
  if (value.type === "scalar" || list !== null) return [];
  let index = 0;
  return value.members.flatMap((item) =>
    below(item, { kind, path: [...path, item.value.offset === made ? index : index++], list: value }),
  );
}

/** Class name and alias; undefined where the element has no name. */
export function namesOf({ node }: Element): { name: string; alias?: string } | undefined {
  const text = stringAt(node, "name");
  return text === undefined || text === "" ? undefined : splitName(text);
}

export const argsOf = ({ node }: Element): Container | undefined => containerAt(node, "args", "object");

export const isDisabled = ({ node }: Element): boolean => jsonAt(node, "disabled") === true;

/** Names of the fields that an argument gives: a string, or the strings of a list. */
export function fieldNames(element: Element, argument = "fields"): string[] {
  const found = jsonAt(argsOf(element), argument);
  return [found].flat().filter((name) => typeof name === "string");
}
