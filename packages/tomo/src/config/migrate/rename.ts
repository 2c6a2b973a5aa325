import { splitName } from "../component_spec.ts";
import { isList, type Json, own } from "../source/json.ts";
import { argumentsOf } from "../type_text.ts";
import { argsOf, type Element, namesOf } from "./elements.ts";
import type { Container, Member } from "./lossless.ts";
import { type ComponentRule, componentRules, sharedArgumentRules, taskOfModel } from "./rules.ts";
import { entryText, oneLine, type Session } from "./session.ts";
import {
  commentsOf,
  containerAt,
  jsonAt,
  jsonOf,
  keyOf,
  memberOf,
  remove,
  renameKey,
  setValue,
  stringAt,
} from "./tree.ts";

/** Elements that got another name, with the old one. */
export type Renamed = ReadonlyMap<Element, string>;

/** Gives components and their arguments the names of 3.x. */
export function renameComponents(session: Session, elements: readonly Element[]): Renamed {
  const renamed = new Map<Element, string>();
  for (const element of elements) {
    const names = namesOf(element);
    if (names === undefined) continue;
    const rules = componentRules.filter(({ kind, old }) => kind === element.kind && old === names.name);
    const rule = rules.length === 0 ? undefined : choose(session, element, rules);
    if (rules.length > 0 && rule === undefined) continue;
    const done = session.changes.length;
    if (rule !== undefined && rule.now !== rule.old) {
      rename(session, element, rule, names.alias);
      renamed.set(element, names.name);
    }
    changeArguments(session, element, rule);
    if (session.changes.length > done) reportMisfits(session, element, rule?.now ?? names.name);
  }
  return renamed;
}

/** A `ref` follows the training transform that it names. */
export function renameRefs(session: Session, elements: readonly Element[], renamed: Renamed): void {
  for (const { node, path } of elements) {
    const ref = stringAt(node, "ref");
    const target = [...renamed].find(
      ([element, old]) => element.path[0] === "train" && old === splitName(ref ?? "").name,
    );
    if (ref === undefined || target === undefined) continue;
    const now = namesOf(target[0])!.name + ref.slice(target[1].length);
    const member = memberOf(node, "ref")!;
    const text = { before: entryText("ref", ref), after: entryText("ref", now) };
    session.change(member, path, { ...text, why: "the transform was renamed", evidence: "inferred" });
    setValue(member, now);
  }
}

/** The row that fits; undefined, after a comment in the file, where none does. */
function choose(
  session: Session,
  element: Element,
  rules: readonly ComponentRule[],
): ComponentRule | undefined {
  const rule = rules.find(({ when }) => {
    if (when === undefined) return true;
    const given = jsonAt(argsOf(element), when.argument) ?? guessed(session, when.argument);
    return when.is.some((value) => value === given);
  });
  if (rule === undefined) {
    const [{ when, old }] = rules as [ComponentRule];
    const given = jsonAt(argsOf(element), when!.argument);
    const value = given === undefined ? "is missing" : `is ${oneLine(given)}`;
    const choices = rules.map(({ now }) => now).join(" or ");
    session.leave(element.member, element.path, `${old} is ${choices} now, but ${when!.argument} ${value}`);
    return undefined;
  }
  for (const [argument, change] of Object.entries(rule.args ?? {})) {
    const given = jsonAt(argsOf(element), argument);
    if ("to" in change || change.only === undefined || given === undefined) continue;
    if (change.only.some((value) => sameSet(value, given))) continue;
    const told = `${rule.old} with ${argument} ${oneLine(given)} has no translation: ${change.otherwise}`;
    session.leave(element.member, element.path, told);
    return undefined;
  }
  return rule;
}

/** The task of a pipeline that does not say it. */
function guessed({ root }: Session, argument: string): Json | undefined {
  if (argument !== "task") return undefined;
  const model = stringAt(containerAt(containerAt(root, "train", "object"), "model", "object"), "name");
  return model === undefined ? undefined : own(taskOfModel, splitName(model).name);
}

/** Equal values; of lists the order does not matter. */
const sameSet = (left: Json, right: Json): boolean => {
  const text = (value: Json): string => JSON.stringify(isList(value) ? value.toSorted() : value);
  return text(left) === text(right);
};

function rename(
  session: Session,
  { node, path }: Element,
  rule: ComponentRule,
  alias: string | undefined,
): void {
  const member = memberOf(node, "name")!;
  const now = alias === undefined ? rule.now : `${rule.now}#${alias}`;
  session.change(member, path, {
    before: entryText("name", jsonOf(member.value)),
    after: entryText("name", now),
    why: rule.why,
    evidence: rule.evidence,
  });
  setValue(member, now);
}

function changeArguments(session: Session, element: Element, rule: ComponentRule | undefined): void {
  const args = argsOf(element);
  if (args === undefined) return;
  const name = rule?.now ?? namesOf(element)?.name ?? "";
  for (const member of [...args.members]) {
    const key = keyOf(member);
    const change = own(rule?.args ?? {}, key);
    const shared = sharedArgumentRules.find(({ kind, old }) => kind === element.kind && old === key);
    if (change !== undefined && rule !== undefined) {
      if ("to" in change) renameArgument(session, element, { args, member }, change.to, rule);
      else dropArgument(session, element, { args, member }, change.drop, rule);
    } else if (shared !== undefined) {
      const now = own(shared.except ?? {}, name) ?? shared.now;
      renameArgument(session, element, { args, member }, now, shared);
    }
  }
}

interface Argument {
  readonly args: Container;
  readonly member: Member;
}
type Reason = Pick<ComponentRule, "why" | "evidence">;

function renameArgument(
  session: Session,
  { path }: Element,
  { args, member }: Argument,
  now: string,
  { why, evidence }: Reason,
): void {
  const key = keyOf(member);
  const at = [...path, "args", key];
  if (memberOf(args, now) !== undefined) {
    session.leave(member, at, `${key} is called ${now} now, and there is one already`);
    return;
  }
  const value = jsonOf(member.value);
  session.change(member, path, {
    before: entryText(key, value),
    after: entryText(now, value),
    why,
    evidence,
  });
  renameKey(member, now);
}

function dropArgument(
  session: Session,
  { node, path }: Element,
  { args, member }: Argument,
  why: string,
  { evidence }: Reason,
): void {
  const key = keyOf(member);
  session.change(member, path, {
    before: entryText(key, jsonOf(member.value)),
    after: null,
    why,
    evidence,
  });
  remove(args, member, session.layout);
  const holder = memberOf(node, "args")!;
  if (args.members.length === 0 && commentsOf(holder).length === 0) remove(node, holder, session.layout);
}

/** Arguments that the component of 3.x does not take, and those that it needs. Tells what the table cannot know. */
function reportMisfits(session: Session, element: Element, name: string): void {
  const declaration = session.lookup?.find(element.kind, name);
  if (declaration === undefined) return;
  const known = argumentsOf(declaration.args);
  const members = argsOf(element)?.members ?? [];
  const given = members.map(keyOf);
  for (const member of members) {
    const key = keyOf(member);
    if (known.some((argument) => argument.name === key)) continue;
    const takes = known.map((argument) => argument.name).join(", ");
    session.leave(
      member,
      [...element.path, "args", key],
      `${name} has no argument ${key}; it takes ${takes}`,
    );
  }
  const missing = known.filter(({ name, fallback }) => fallback === undefined && !given.includes(name));
  if (missing.length > 0) {
    const names = missing.map((argument) => argument.name).join(", ");
    session.leave(element.member, element.path, `${name} also needs ${names}`);
  }
}
