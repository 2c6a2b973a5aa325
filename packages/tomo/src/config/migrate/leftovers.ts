import { nearest } from "../../errors/nearest.ts";
import { claraComponents, claraKindsOf } from "../clara_catalogue.ts";
import { kindNoun } from "../kinds.ts";
import { show } from "../source/json.ts";
import { argsOf, type Element, elementsOf, namesOf } from "./elements.ts";
import type { Renamed } from "./rename.ts";
import { componentRules, validationPrefix } from "./rules.ts";
import { entryText, type Session } from "./session.ts";
import { containerAt, jsonAt, memberOf, setValue, stringAt } from "./tree.ts";

/** Gives `val_dice` of a metric the aux-op's own name `dice`. */
export function dropValidationPrefix(session: Session, renamed: Renamed): void {
  const elements = elementsOf(session.root);
  const outputs = new Set(elements.filter(({ kind }) => kind === "aux_ops").flatMap(outputsOf));
  for (const element of elements) {
    const field = memberOf(argsOf(element), "field");
    const name = stringAt(argsOf(element), "field");
    if (element.path[0] !== "validate" || element.kind !== "metrics" || field === undefined) continue;
    if (!name?.startsWith(validationPrefix.prefix) || outputs.has(name)) continue;
    const own = name.slice(validationPrefix.prefix.length);
    const path = [...element.path, "args", "field"];
    if (outputs.has(own)) {
      const { why, evidence } = validationPrefix;
      session.change(field, element.path, {
        before: entryText("field", name),
        after: entryText("field", own),
        why,
        evidence,
      });
      setValue(field, own);
    } else if ([...renamed.keys()].some(({ node }) => node === element.node))
      session.leave(field, path, `no aux-op makes ${own}, from which ${name} came`);
  }
}

/** Names that an aux-op gives its outputs. */
function outputsOf(element: Element): string[] {
  const args = argsOf(element);
  const names = ["tag", "tags", "binary_preds_name", "binary_labels_name"].map((key) => jsonAt(args, key));
  return names.flat().filter((name) => typeof name === "string");
}

/** Classes by the path of the Toolkit's package, which is gone. */
export function reportToolkitPaths(session: Session): void {
  for (const { node, member, path } of elementsOf(session.root)) {
    const texts = [stringAt(node, "path"), stringAt(node, "name")];
    const found = texts.find((text) => text?.startsWith("medical.tlt"));
    if (found !== undefined)
      session.leave(
        member,
        path,
        `${show(found)} is of the Toolkit's own package; name the component of 3.x`,
      );
  }
}

/** Names that neither generation has; in a config of 3.x the check tells them. */
export function reportUnknown(session: Session): void {
  if (!session.isOld) return;
  for (const element of elementsOf(session.root)) {
    const name = namesOf(element)?.name;
    if (name === undefined || name.startsWith("medical.tlt") || isKnown(session, element, name)) continue;
    const noun = kindNoun[element.kind].replace(/^an? /, "");
    const text = `neither generation has a ${noun} named ${show(name)}${meant(name, element)}`;
    session.leave(element.member, element.path, text);
  }
}

function isKnown({ lookup }: Session, { kind, node }: Element, name: string): boolean {
  // a translation that failed has its own comment, and a user's own class any name
  if (componentRules.some((rule) => rule.kind === kind && rule.old === name)) return true;
  if (memberOf(node, "path") !== undefined) return true;
  return claraKindsOf(name).length > 0 || lookup?.find(kind, name) !== undefined;
}

function meant(name: string, { kind }: Element): string {
  const old = componentRules.filter((rule) => rule.kind === kind).map((rule) => rule.old);
  const found = nearest(name, [...claraComponents[kind], ...old]);
  return found === undefined ? "" : `; did you mean ${found}?`;
}

/** Before 3.x a switch said whether the network sees windows; in 3.x the inferer does. */
export function reportMissingInferer(session: Session): void {
  const { root } = session;
  const scanning = jsonAt(root, "use_scanning_window");
  const validate = memberOf(root, "validate") ?? memberOf(root, "pre_transforms");
  const holder = memberOf(root, "validate") === undefined ? root : containerAt(root, "validate", "object");
  if (!session.isOld || typeof scanning !== "boolean" || validate === undefined || holder === undefined)
    return;
  if (memberOf(holder, "inferer") !== undefined) return;
  const name = scanning ? "TFScanWindowInferer" : "TFSimpleInferer";
  session.leave(
    memberOf(root, "use_scanning_window")!,
    ["use_scanning_window"],
    `3.x does not read use_scanning_window: add "inferer": {"name": "${name}"} to ${holder === root ? "the config" : "validate"}`,
  );
}

/** The annotation server's config changed as a whole. */
export function reportServerVersion(session: Session): void {
  const version = memberOf(session.root, "version");
  if (version === undefined || containerAt(session.root, "inference", "object") === undefined) return;
  if (!["1", 1].includes(jsonAt(session.root, "version") as string | number)) return;
  session.leave(
    version,
    ["version"],
    "version 2 and 3 of the annotation server describe the inference otherwise",
  );
}
