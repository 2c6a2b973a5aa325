import { nearest } from "../../errors/nearest.ts";
import { type Kind, kindNoun } from "../kinds.ts";
import { isObject, type Json, type JsonObject, kindOf } from "../source/json.ts";
import type { ConfigPath } from "../source/path.ts";
import { type CheckContext, valueAt } from "./context.ts";
import { placeholderFaultsBelow, reportPlaceholder } from "./placeholder_faults.ts";
import { synonymOf } from "./synonyms.ts";

/** The attributes of a component element, once its form is right. */
export interface Element {
  /** With alias: `Class#alias`. Of a component of the user's own the label, empty where it has none. */
  readonly name: string;
  /** File and export of a component of the user's own. */
  readonly path?: string;
  readonly args: JsonObject;
  /** Attributes that mean nothing; the caller knows whether one is a misplaced argument. */
  readonly unknown: readonly string[];
}

export const attributes = ["name", "path", "args", "disabled", "ref", "search", "apply"];

/** AutoML attributes and keys that start with `_` are kept by people, not by Clara. */
export const isIgnored = (key: string): boolean => key === "search" || key === "apply" || key.startsWith("_");

/** Whether the element takes part: `disabled: true` takes it out, faults and all. */
export function isEnabled(context: CheckContext, path: ConfigPath): boolean {
  const element = valueAt(context, path);
  if (!isObject(element) || element.disabled === undefined) return true;
  if (typeof element.disabled === "boolean") return !element.disabled;
  context.findings.error(
    "TOMO_WRONG_TYPE",
    `"disabled" must not be ${kindOf(element.disabled)}`,
    [...path, "disabled"],
    {
      given: element.disabled,
      expected: "true or false",
    },
  );
  return true;
}

/** Reads the form `{"name": …, "args": {…}}`; undefined after an error. */
export function checkElement(context: CheckContext, kind: Kind, path: ConfigPath): Element | undefined {
  const element = valueAt(context, path);
  if (!isObject(element)) return void reportForm(context, kind, path, element);
  if (typeof element.ref === "string") return void reportRef(context, path);
  const unknown = checkAttributes(context, path, element);
  if (unknown === undefined) return undefined;
  const own: { path?: string } | undefined =
    element.path === undefined ? {} : checkPath(context, path, element.path);
  const isOwn = element.path !== undefined;
  const name = isOwn && element.name === undefined ? "" : checkName(context, kind, path, element);
  const args = checkArgs(context, path, element);
  if (own === undefined || name === undefined || args === undefined) return undefined;
  return { name, ...own, args, unknown };
}

function reportForm({ findings }: CheckContext, kind: Kind, path: ConfigPath, given: Json | undefined): void {
  const hint = typeof given === "string" ? `write {"name": "${given}"}` : undefined;
  findings.error("TOMO_WRONG_TYPE", `${kindNoun[kind]} must not be ${kindOf(given)}`, path, {
    given,
    expected: 'an object {"name": …, "args": {…}}',
    hint,
  });
}

function checkPath(context: CheckContext, path: ConfigPath, given: Json): { path: string } | undefined {
  const at = [...path, "path"];
  const faults = placeholderFaultsBelow(context, at);
  for (const fault of faults) reportPlaceholder(context, fault);
  if (faults.length > 0) return undefined;
  if (typeof given === "string") return { path: given };
  context.findings.error("TOMO_WRONG_TYPE", `"path" must not be ${kindOf(given)}`, at, {
    given,
    expected: 'file and export of a component of your own: "custom/my_loss.ts#MyLoss"',
  });
  return undefined;
}

const reportRef = ({ findings }: CheckContext, path: ConfigPath): void =>
  findings.error("TOMO_UNKNOWN_REF", "a ref can only stand in validate.pre_transforms", [...path, "ref"], {
    hint: "write the component out: name and args",
  });

/** Names of attributes without meaning; undefined when one is a misspelt attribute. */
function checkAttributes(
  { findings }: CheckContext,
  path: ConfigPath,
  element: JsonObject,
): readonly string[] | undefined {
  // of the keys that begin with _ just MONAI's word for the name
  const unknown = Object.keys(element).filter(
    (key) => !attributes.includes(key) && (!isIgnored(key) || key === "_target_"),
  );
  const absent = attributes.filter((name) => !Object.hasOwn(element, name));
  const meantBy = (key: string) => synonymOf(key, absent) ?? nearest(key, attributes);
  const misspelt = unknown.filter((key) => meantBy(key) !== undefined);
  for (const key of misspelt)
    findings.error("TOMO_UNKNOWN_KEY", `a component has no "${key}"`, [...path, key], {
      at: "key",
      hint: `did you mean "${meantBy(key)}"?`,
    });
  return misspelt.length > 0 ? undefined : unknown;
}

function checkName(
  context: CheckContext,
  kind: Kind,
  path: ConfigPath,
  element: JsonObject,
): string | undefined {
  const { findings } = context;
  const faults = placeholderFaultsBelow(context, [...path, "name"]);
  for (const fault of faults) reportPlaceholder(context, fault);
  if (faults.length > 0) return undefined;
  const { name } = element;
  if (typeof name === "string" && name !== "") return name;
  if (name === undefined)
    findings.error("TOMO_MISSING_ARGUMENT", `${kindNoun[kind]} without a "name"`, path, {
      expected: `the class name of ${kindNoun[kind]}`,
      hint: `tomo list ${kind} shows them all`,
    });
  else
    findings.error(
      "TOMO_WRONG_TYPE",
      `"name" must not be ${name === "" ? "empty" : kindOf(name)}`,
      [...path, "name"],
      {
        given: name,
        expected: `the class name of ${kindNoun[kind]}`,
      },
    );
  return undefined;
}

function checkArgs(context: CheckContext, path: ConfigPath, { args }: JsonObject): JsonObject | undefined {
  const at = [...path, "args"];
  const whole = placeholderFaultsBelow(context, at).find((fault) => fault.path.length === at.length);
  if (whole !== undefined) return void reportPlaceholder(context, whole);
  if (args === undefined || args === null) return {};
  if (isObject(args)) return args;
  context.findings.error("TOMO_WRONG_TYPE", `"args" must not be ${kindOf(args)}`, at, {
    given: args,
    expected: "an object of arguments: {…}",
  });
  return undefined;
}
