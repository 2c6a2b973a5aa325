import { didYouMean } from "../errors/nearest.ts";
import { type ArgumentFault, argumentFaults } from "./argument_faults.ts";
import { checkElement } from "./check_element.ts";
import { type ComponentSpec, type Declaration, splitName } from "./component_spec.ts";
import type { CheckContext } from "./context.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Kind } from "./kinds.ts";
import type { ConfigPath } from "./path.ts";
import { placeholderFaultsBelow, reportPlaceholder } from "./placeholder_faults.ts";
import { reportUnknownComponent } from "./unknown_component.ts";

/** Checks the element at `path`; undefined after errors, which are in the findings. */
export function checkComponent<K extends Kind>(
  context: CheckContext,
  kind: K,
  path: ConfigPath,
): ComponentSpec<K> | undefined {
  const element = checkElement(context, kind, path);
  if (element === undefined) return undefined;
  const { name, alias } = splitName(element.name);
  const declaration = context.lookup.find(kind, name);
  if (declaration === undefined) {
    reportUnknownComponent(context, kind, name, [...path, "name"]);
    return undefined;
  }
  reportFlatArguments(context, declaration, element.unknown, path);
  const args = checkArguments(context, declaration, [...path, "args"], element.args);
  if (args === undefined) return undefined;
  return { kind, name, alias, args, where: context.resolved.where(path) };
}

/** Parses `args` by the declaration; every fault is reported at its own place. */
export function checkArguments(
  context: CheckContext,
  declaration: Declaration,
  path: ConfigPath,
  given: JsonObject,
): JsonObject | undefined {
  const { args, blocked } = settlePlaceholders(context, declaration, path, given);
  const result = declaration.args.safeParse(args);
  if (!result.success) {
    const faults = argumentFaults(declaration.name, declaration.args, args, result.error.issues);
    for (const fault of faults) if (!blocked.has(String(fault.path[0]))) reportFault(context, path, fault);
    return undefined;
  }
  if (blocked.size > 0) return undefined;
  const faults = declaration.check?.(result.data) ?? [];
  for (const { argument, message, expected, hint } of faults)
    context.findings.error("TOMO_BAD_VALUE", message, [...path, argument], {
      given: args[argument],
      expected,
      hint,
    });
  return faults.length > 0 ? undefined : (result.data as JsonObject);
}

function reportFault({ findings }: CheckContext, path: ConfigPath, fault: ArgumentFault): void {
  const { code, message, at, given, expected, hint } = fault;
  const details = given === undefined ? { at, expected, hint } : { at, expected, hint, given: given.value };
  findings.error(code, message, [...path, ...fault.path], details);
}

interface Settled {
  readonly args: JsonObject;
  /** Arguments whose placeholder is already reported. */
  readonly blocked: ReadonlySet<string>;
}

/** An undefined `{NAME}` as a whole optional argument means "left out"; every other one is an error. */
function settlePlaceholders(
  context: CheckContext,
  declaration: Declaration,
  path: ConfigPath,
  given: JsonObject,
): Settled {
  const args: Record<string, Json> = { ...given };
  const blocked = new Set<string>();
  for (const fault of placeholderFaultsBelow(context, path)) {
    const name = String(fault.path[path.length]);
    const type = declaration.args.shape[name];
    if (type === undefined) continue;
    const whole =
      fault.path.length === path.length + 1 && fault.problem.type === "undefined" && fault.problem.whole;
    if (whole && type.safeParse(undefined).success) {
      delete args[name];
      warnLikelyTypo(context, fault.path, fault.text);
    } else {
      blocked.add(name);
      reportPlaceholder(context, fault);
    }
  }
  return { args, blocked };
}

function warnLikelyTypo({ findings, resolved }: CheckContext, path: ConfigPath, text: string): void {
  const hint = didYouMean(text.slice(1, -1), resolved.variables.keys(), 2);
  if (hint !== undefined)
    findings.warn("TOMO_LIKELY_TYPO", `no variable is named ${text}, the argument keeps its default`, path, {
      hint,
    });
}

/** The flat form of the first Toolkit: `{"name": "Dice", "smooth": 1}`. */
function reportFlatArguments(
  { findings }: CheckContext,
  declaration: Declaration,
  unknown: readonly string[],
  path: ConfigPath,
): void {
  for (const key of unknown)
    if (key in declaration.args.shape)
      findings.error(
        "TOMO_UNKNOWN_KEY",
        `"${key}" stands beside "name", but it is an argument`,
        [...path, key],
        {
          at: "key",
          hint: `put it into "args": {"${key}": …}`,
        },
      );
    else
      findings.warn("TOMO_IGNORED_KEY", `a component has no "${key}", it is ignored`, [...path, key], {
        at: "key",
      });
}
