import { nearest } from "../../errors/nearest.ts";
import type { ComponentSpec } from "../component_spec.ts";
import { type Kind, kindNoun } from "../kinds.ts";
import { isList, isObject, type Json, kindOf, own } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import { checkComponent } from "./check_component.ts";
import { isEnabled, isIgnored } from "./check_element.ts";
import { type CheckContext, valueAt } from "./context.ts";
import { synonymOf } from "./synonyms.ts";

/** Reads one element of a list; undefined for one that takes no part or is faulty. */
export type ReadElement<K extends Kind> = (path: ConfigPath) => ComponentSpec<K> | undefined;

/** A section that is a list of components; the enabled ones, in order. Absent means empty. */
export function componentList<K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
  read: ReadElement<K> = (element) => enabledComponent(context, kind, element),
): readonly ComponentSpec<K>[] {
  const section = valueAt(context, path);
  if (isAbsent(section)) return [];
  if (isList(section)) return section.flatMap((_, index) => read([...path, index]) ?? []);
  context.findings.error("TOMO_WRONG_TYPE", `"${formatPath(path)}" must not be ${kindOf(section)}`, path, {
    given: section,
    expected: `a list of ${kind}`,
    hint: isObject(section) ? "put it in brackets: [{ … }]" : undefined,
  });
  return [];
}

/** Whether something stands at the path and is not disabled. */
export const takesPart = (context: CheckContext, path: ConfigPath): boolean =>
  !isAbsent(valueAt(context, path)) && isEnabled(context, path);

/** A section that is one component, or null when it is absent or disabled. */
export function optionalComponent<K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
): ComponentSpec<K> | null {
  return isAbsent(valueAt(context, path)) ? null : (enabledComponent(context, kind, path) ?? null);
}

/** As `optionalComponent`, but absent or disabled is an error; null only after an error. */
export function requiredComponent<K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
): ComponentSpec<K> | null {
  if (!takesPart(context, path)) reportMissing(context, kind, path);
  return optionalComponent(context, kind, path);
}

/** A component, or a list of candidates of which exactly one is enabled (Clara's AutoML switches them). */
export function candidate<K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
  { required }: { required: boolean },
): ComponentSpec<K> | null {
  const section = valueAt(context, path);
  if (!isList(section)) return (required ? requiredComponent : optionalComponent)(context, kind, path);
  const enabled = section.flatMap((_, index) => (isEnabled(context, [...path, index]) ? [index] : []));
  if (enabled.length === 1) return checkComponent(context, kind, [...path, enabled[0]!]) ?? null;
  context.findings.error(
    "TOMO_ONE_OF_LIST",
    `${enabled.length} of ${section.length} candidates are enabled`,
    path,
    {
      at: "key",
      expected: "exactly one",
      hint: 'set "disabled": true in the others',
    },
  );
  return null;
}

/** Whether the section is an object, whose keys are then checked; reports it if not. */
export function checkSection(
  context: CheckContext,
  name: string,
  known: readonly string[],
  oldNames: Readonly<Record<string, string>> = {},
): boolean {
  const section = valueAt(context, [name]);
  if (isObject(section)) {
    checkKeys(context, [name], known, oldNames);
    return true;
  }
  const expected = `an object with ${known.join(", ")}`;
  if (isAbsent(section) && isMisspelt(context, [name])) return false;
  if (isAbsent(section))
    context.findings.error("TOMO_MISSING_SECTION", `the config has no section "${name}"`, [], { expected });
  else
    context.findings.error("TOMO_WRONG_TYPE", `"${name}" must not be ${kindOf(section)}`, [name], {
      given: section,
      expected,
    });
  return false;
}

/** Keys of a section: misspelt ones are errors, others that mean nothing are ignored with a warning. */
function checkKeys(
  { findings, resolved }: CheckContext,
  path: ConfigPath,
  known: readonly string[],
  oldNames: Readonly<Record<string, string>>,
): void {
  const section = valueAt({ resolved }, path);
  if (!isObject(section)) return;
  for (const key of Object.keys(section)) {
    if (known.includes(key) || isIgnored(key)) continue;
    const other = synonymOf(key, known);
    const meant = other === undefined || Object.hasOwn(section, other) ? undefined : other;
    const newName = own(oldNames, key) ?? meant ?? nearest(key, known);
    const at = [...path, key];
    if (newName === undefined)
      findings.warn("TOMO_IGNORED_KEY", `"${formatPath(path)}" has no "${key}", it is ignored`, at, {
        at: "key",
      });
    else
      findings.error("TOMO_UNKNOWN_KEY", `"${formatPath(path)}" has no "${key}"`, at, {
        at: "key",
        hint: Object.hasOwn(oldNames, key) ? `it is called "${newName}" now` : `did you mean "${newName}"?`,
      });
  }
}

/** Reports an absent or disabled part that the workflow cannot do without. */
function reportMissing(context: CheckContext, kind: Kind, path: ConfigPath): void {
  if (isMisspelt(context, path)) return;
  const disabled = !isAbsent(valueAt(context, path));
  context.findings.error(
    "TOMO_MISSING_SECTION",
    `"${formatPath(path)}" is ${disabled ? "disabled" : "missing"}`,
    path,
    { at: "key", expected: kindNoun[kind], hint: `tomo list ${kind} shows what can stand there` },
  );
}

/** Whether a key beside was reported as this one misspelt. */
export function isMisspelt(context: CheckContext, path: ConfigPath): boolean {
  const parent = valueAt(context, path.slice(0, -1));
  const name = String(path.at(-1));
  if (!isObject(parent) || Object.hasOwn(parent, name)) return false;
  const beside = new Set(Object.keys(parent).map((key) => formatPath([...path.slice(0, -1), key])));
  return context.findings.errors.some(
    ({ code, where, hint }) =>
      code === "TOMO_UNKNOWN_KEY" && beside.has(where.configPath ?? "") && hint?.includes(`"${name}"`),
  );
}

const enabledComponent = <K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
): ComponentSpec<K> | undefined =>
  isEnabled(context, path) ? checkComponent(context, kind, path) : undefined;

const isAbsent = (value: Json | undefined): boolean => value === undefined || value === null;
