import type { z } from "zod";
import { didYouMean } from "../../errors/nearest.ts";
import type { Declaration } from "../component_spec.ts";
import type { ResolvedConfig } from "../resolve.ts";
import { type Json, type JsonObject, own } from "../source/json.ts";
import type { ConfigPath } from "../source/path.ts";
import { argumentFaults, type Subject } from "./argument_faults.ts";
import { type CheckContext, valueAt } from "./context.ts";
import { placeholderFaultsBelow, reportPlaceholder } from "./placeholder_faults.ts";

/** Parses `args` by the declaration; every fault is reported at its own place. */
export function checkArguments(
  context: CheckContext,
  declaration: Declaration,
  path: ConfigPath,
  given: JsonObject,
): JsonObject | undefined {
  const subject = { name: declaration.name, word: "argument" } as const;
  const args = parseArguments(context, { subject, type: declaration.args }, path, given);
  if (args === undefined) return undefined;
  const faults = declaration.check?.(args) ?? [];
  for (const { argument, message, expected, hint } of faults)
    context.findings.error("TOMO_BAD_VALUE", message, [...path, argument], {
      given: given[argument],
      expected,
      hint,
    });
  return faults.length > 0 ? undefined : args;
}

export interface ArgumentType {
  readonly subject: Subject;
  readonly type: z.ZodObject;
  /** Said of missing arguments. */
  readonly missingHint?: (name: string) => string;
  /** A name that stands in place of a missing one, misspelt. */
  readonly misspelt?: (name: string) => string | undefined;
}

/** Parses a record of arguments or variables that stands at `path`. */
export function parseArguments(
  context: CheckContext,
  { subject, type, missingHint, misspelt }: ArgumentType,
  path: ConfigPath,
  given: JsonObject,
): JsonObject | undefined {
  const { args, blocked } = settlePlaceholders(context, type, path, given);
  const result = type.safeParse(args);
  const issues = result.success ? [] : result.error.issues;
  for (const fault of argumentFaults(subject, type, args, issues)) {
    const name = String(fault.path[0]);
    if (blocked.has(name)) continue;
    const written = fault.code === "TOMO_MISSING_ARGUMENT" ? misspelt?.(name) : undefined;
    if (written !== undefined) {
      const message = `${subject.name} has "${written}" in place of the ${subject.word} "${name}"`;
      context.findings.error("TOMO_UNKNOWN_KEY", message, [...path, written], {
        at: "key",
        hint: `did you mean "${name}"?`,
      });
      continue;
    }
    const variable = wholeVariable(context.resolved, [...path, ...fault.path]);
    // the variable is wrong, and that was said where it is given
    if (variable !== undefined && context.findings.errors.some(({ where }) => where.configPath === variable))
      continue;
    const hint = fault.code === "TOMO_MISSING_ARGUMENT" ? (missingHint?.(name) ?? fault.hint) : fault.hint;
    const value = fault.given === undefined ? {} : { given: fault.given.value };
    const details = { at: fault.at, expected: fault.expected, hint, ...value };
    const isComposite = typeof fault.given?.value === "object";
    const place = variable !== undefined && isComposite ? [variable] : [...path, ...fault.path];
    context.findings.error(fault.code, fault.message, place, details);
  }
  return result.success && blocked.size === 0 ? (result.data as JsonObject) : undefined;
}

/** The variable whose value, as it is, stands at a path; undefined where the config itself says what stands there. */
export function wholeVariable({ source, variables }: ResolvedConfig, path: ConfigPath): string | undefined {
  const text = path.reduce<unknown>(
    (value, step) => (value as Record<string, unknown> | undefined | null)?.[step],
    source.value,
  );
  const name = typeof text === "string" ? /^\{([A-Za-z_]\w*)\}$/.exec(text)?.[1] : undefined;
  return name !== undefined && variables.has(name) ? name : undefined;
}

interface Settled {
  readonly args: JsonObject;
  /** Arguments whose placeholder is already reported. */
  readonly blocked: ReadonlySet<string>;
}

/** An undefined `{NAME}` as a whole optional argument means "left out"; every other one is an error. */
function settlePlaceholders(
  context: CheckContext,
  { shape }: z.ZodObject,
  path: ConfigPath,
  given: JsonObject,
): Settled {
  const args: Record<string, Json> = { ...given };
  const blocked = new Set<string>();
  for (const fault of placeholderFaultsBelow(context, path)) {
    const name = String(fault.path[path.length]);
    const type = own(shape, name) as z.ZodType | undefined;
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

/** The flat form of the first Toolkit, `{"name": "Dice", "smooth": 1}`; returns the arguments that stand so. */
export function reportFlatArguments(
  context: CheckContext,
  declaration: Declaration,
  unknown: readonly string[],
  path: ConfigPath,
): JsonObject {
  const { findings } = context;
  const isArgument = (key: string) => Object.hasOwn(declaration.args.shape, key);
  for (const key of unknown)
    if (isArgument(key))
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
        hint: /^(enabled?|active)$/.test(key) ? 'what takes a component out is "disabled": true' : undefined,
      });
  return Object.fromEntries(
    unknown.filter(isArgument).map((key) => [key, valueAt(context, [...path, key]) ?? null]),
  );
}
