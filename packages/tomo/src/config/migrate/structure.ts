import { attributes, isIgnored } from "../check/check_element.ts";
import { splitName } from "../component_spec.ts";
import { argsOf, type Element, namesOf } from "./elements.ts";
import type { Container, Member } from "./lossless.ts";
import {
  componentRules,
  metricTag,
  type OutsideRule,
  outsideRules,
  sectionRule,
  sharedArgumentRules,
} from "./rules.ts";
import { entryText, indentOf, type Session } from "./session.ts";
import {
  commentsOf,
  containerAt,
  insert,
  jsonOf,
  keyOf,
  laidOut,
  memberOf,
  nest,
  remove,
  renameKey,
  stringAt,
} from "./tree.ts";

/** What the first Toolkit wrote in another form: arguments beside `name`, and parameters outside of their component. */
export function nestArguments(session: Session, elements: readonly Element[]): void {
  const nested = elements.some(({ node }) => memberOf(node, "args") !== undefined);
  for (const element of elements) {
    const flat = flatArguments(session, element, nested);
    if (flat.length === 0) continue;
    const keys = flat.map((member) => JSON.stringify(keyOf(member))).join(", ");
    session.change(flat[0]!, element.path, {
      before: `beside "name": ${keys}`,
      after: `inside "args": ${keys}`,
      why: 'arguments stand in "args", so that one of them may be called name',
      evidence: "documented",
    });
    nest(element.node, flat, "args", session.layout);
    if (element.kind === "metrics") nameMetric(session, element);
  }
}

/**
 * Entries of an element that are arguments: all that are not attributes where no element of the file has `args`; else
 * those that the component is known to have, since 3.x ignores other entries there.
 */
function flatArguments(session: Session, element: Element, nested: boolean): readonly Member[] {
  const names = namesOf(element);
  if (names === undefined || memberOf(element.node, "args") !== undefined) return [];
  const rest = element.node.members.filter((member) => !isAttribute(keyOf(member)));
  if (!nested) return rest;
  const known = knownArguments(session, element, names.name);
  return rest.filter((member) => known.has(keyOf(member)));
}

const isAttribute = (key: string): boolean => attributes.includes(key) || isIgnored(key);

function knownArguments({ lookup }: Session, { kind }: Element, name: string): ReadonlySet<string> {
  const rules = componentRules.filter((rule) => rule.kind === kind && rule.old === name);
  const now = [name, ...rules.map((rule) => rule.now)];
  return new Set([
    ...now.flatMap((one) => Object.keys(lookup?.find(kind, one)?.args.shape ?? {})),
    ...rules.flatMap((rule) => Object.keys(rule.args ?? {})),
    ...sharedArgumentRules.flatMap((rule) => (rule.kind === kind ? [rule.old] : [])),
    ...(kind === "metrics" ? [metricTag.old] : []),
  ]);
}

function nameMetric(session: Session, element: Element): void {
  const args = argsOf(element);
  const tag = memberOf(args, metricTag.old);
  if (tag === undefined || memberOf(args, metricTag.now) !== undefined) return;
  const value = jsonOf(tag.value);
  session.change(tag, element.path, {
    before: entryText(metricTag.old, value),
    after: entryText(metricTag.now, value),
    ...metricTag,
  });
  renameKey(tag, metricTag.now);
}

/** Moves parameters such as `num_classes` into the component that takes them. */
export function moveOutsideParameters(session: Session): void {
  for (const rule of outsideRules) for (const from of rule.from) moveParameter(session, rule, from);
}

function moveParameter(session: Session, rule: OutsideRule, from: readonly string[]): void {
  const { root, layout } = session;
  const holder = from.length === 0 ? root : containerAt(root, from[0]!, "object");
  const member = memberOf(holder, rule.parameter);
  const model = containerAt(containerAt(root, rule.section[0], "object"), rule.section[1], "object");
  if (holder?.type !== "object" || member === undefined || model === undefined) return;
  const taken = rule.takenBy.includes(splitName(stringAt(model, "name") ?? "").name);
  const args = memberOf(model, "args");
  if (!taken || memberOf(args?.value, rule.parameter) !== undefined) return;
  if ((args !== undefined && args.value.type !== "object") || isReferred(session, rule.parameter)) return;
  const text = entryText(rule.parameter, jsonOf(member.value));
  const path = [...rule.section, "args"].join(".");
  session.change(member, [...from, rule.parameter], { before: text, after: `${path}: {${text}}`, ...rule });
  remove(holder, member, layout, []);
  addArgument(session, model, member);
}

function addArgument({ layout }: Session, model: Container, member: Member): void {
  const indent = indentOf(memberOf(model, "name")!, layout);
  if (memberOf(model, "args") === undefined)
    insert(model, { key: "args", value: laidOut({}, indent, layout) }, { ...layout, indent: "" });
  const args = containerAt(model, "args", "object")!;
  const moved = { key: keyOf(member), value: member.value, comments: commentsOf(member) };
  insert(args, moved, { ...layout, indent }, 0);
}

/** Whether some text of the config asks for the parameter as a variable. */
const isReferred = ({ root }: Session, parameter: string): boolean =>
  JSON.stringify(jsonOf(root)).includes(`{${parameter}}`);

/** `train.metrics` of 2.0 is `train.aux_ops`. */
export function renameTrainMetrics(session: Session): void {
  const { section, old, now, why, evidence } = sectionRule;
  const train = containerAt(session.root, section, "object");
  const member = memberOf(train, old);
  if (member === undefined) return;
  if (memberOf(train, now) !== undefined) {
    session.leave(
      member,
      [section, old],
      `${section}.${old} is called ${section}.${now} now, and there is one already`,
    );
    return;
  }
  session.change(member, [section, old], { before: `"${old}": …`, after: `"${now}": …`, why, evidence });
  renameKey(member, now);
}
