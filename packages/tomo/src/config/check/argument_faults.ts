import type { z } from "zod";
import type { ErrorCode } from "../../errors/catalogue.ts";
import { didYouMean, nearest } from "../../errors/nearest.ts";
import { isList, isObject, type Json, type JsonObject, kindOf, show } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";
import { jsonSchemaOf, schemaAt, typeText } from "../type_text.ts";
import { synonymOf } from "./synonyms.ts";

/** What is wrong with one argument, in words; `path` starts at `args`. */
export interface ArgumentFault {
  readonly code: ErrorCode;
  readonly path: ConfigPath;
  readonly message: string;
  readonly at: "key" | "value";
  /** Absent for a missing argument. */
  readonly given?: { readonly value: unknown };
  readonly expected?: string;
  readonly hint?: string;
}

type Issue = z.core.$ZodIssue;

/** Whose arguments are checked, for messages: `Dice has no argument "x"`, `the config needs the variable "x"`. */
export interface Subject {
  readonly name: string;
  readonly word: "argument" | "variable";
}

/** Turns what zod found in `args` into faults that name the argument, what was given and what would be right. */
export function argumentFaults(
  subject: Subject,
  type: z.ZodObject,
  args: JsonObject,
  issues: readonly Issue[],
): ArgumentFault[] {
  if (issues.length === 0) return [];
  const schema = jsonSchemaOf(type);
  const faults = issues
    .flatMap((issue) => branches(issue, args))
    .flatMap((issue): ArgumentFault[] => {
      const path = issue.path as ConfigPath;
      if (issue.code === "unrecognized_keys")
        return issue.keys.map((key) => unknownArgument(subject, schema, path, key));
      const value = at(args, path);
      return value === undefined
        ? [missing(subject, schema, path)]
        : [wrong(subject, schema, issue, path, value)];
    });
  return withoutMisspelt(faults);
}

/**
 * An argument that is missing because its name is misspelt is one fault, not two. Of one that is missing where just one
 * other is unknown the same is supposed.
 */
function withoutMisspelt(faults: readonly ArgumentFault[]): ArgumentFault[] {
  const unknown = faults.filter(({ code }) => code === "TOMO_UNKNOWN_ARGUMENT");
  const missing = faults.filter(({ code }) => code === "TOMO_MISSING_ARGUMENT");
  const meantBy = ({ path }: ArgumentFault): string | undefined => {
    const name = String(path.at(-1));
    const absent = missing.map((fault) => String(fault.path.at(-1)));
    return synonymOf(name, absent) ?? nearest(name, absent);
  };
  const found = new Map(unknown.map((fault) => [fault, meantBy(fault)]));
  const [only, ...others] = missing.filter(
    (fault) => ![...found.values()].includes(String(fault.path.at(-1))),
  );
  const lone = unknown.filter((fault) => found.get(fault) === undefined);
  const isPair = only !== undefined && others.length === 0 && lone.length === 1 && sameParent(only, lone[0]!);
  const missed = isPair ? String(only.path.at(-1)) : undefined;
  const meant = new Set([...found.values(), missed]);
  return faults.flatMap((fault): ArgumentFault[] => {
    if (fault.code === "TOMO_MISSING_ARGUMENT" && meant.has(String(fault.path.at(-1)))) return [];
    const name = found.get(fault);
    if (name !== undefined) return [{ ...fault, hint: `did you mean "${name}"?` }];
    const isLone = missed !== undefined && fault === lone[0];
    return [isLone ? { ...fault, hint: `did you mean "${missed}", which is missing?` } : fault];
  });
}

const sameParent = (left: ArgumentFault, right: ArgumentFault): boolean =>
  formatPath(left.path.slice(0, -1)) === formatPath(right.path.slice(0, -1));

/** Of a union's alternatives, the one that got furthest: `fields: ["image", 3]` is about entry 1. */
function branches(issue: Issue, args: JsonObject): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const value = at(args, issue.path as ConfigPath);
  const isOther = (inner: Issue): boolean => inner.path.length === 0 && isTypeIssue(inner, value);
  const best = issue.errors.find((branch) => !branch.some(isOther));
  if (best === undefined) return [issue];
  return best
    .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as Issue)
    .flatMap((inner) => branches(inner, args));
}

/** Whether the value is of another type altogether, rather than out of range. */
function isTypeIssue(issue: Issue, value: Json | undefined): boolean {
  if (issue.code === "invalid_value") return !issue.values.some((allowed) => typeof allowed === typeof value);
  return issue.code === "invalid_type" || issue.code === "invalid_union";
}

const at = (tree: Json | undefined, path: ConfigPath): Json | undefined =>
  path.reduce<Json | undefined>((value, step) => {
    if (isList(value)) return typeof step === "number" ? value[step] : undefined;
    return typeof value === "object" && value !== null ? (value as JsonObject)[String(step)] : undefined;
  }, tree);

function unknownArgument(subject: Subject, schema: JsonObject, path: ConfigPath, key: string): ArgumentFault {
  const names = Object.keys((objectIn(schemaAt(schema, path))?.properties ?? {}) as JsonObject);
  return {
    code: "TOMO_UNKNOWN_ARGUMENT",
    path: [...path, key],
    at: "key",
    message: `${subject.name} has no ${subject.word} "${formatPath([...path, key])}"`,
    hint: hintOfUnknown(key, names),
  };
}

function hintOfUnknown(key: string, names: readonly string[]): string {
  const meant = synonymOf(key, names);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (key === "disabled") return 'it stands beside "name" and "args", not among the arguments';
  if (key === "lr" || key === "learning_rate")
    return "the learning rate is the variable learning_rate at the top of the config";
  return didYouMean(key, names) ?? (names.length === 0 ? "it takes none" : `it takes ${names.join(", ")}`);
}

/** Of the alternatives of a schema the one with properties. */
function objectIn(schema: JsonObject | undefined): JsonObject | undefined {
  const alternatives = isList(schema?.anyOf) ? schema.anyOf : [];
  return schema?.properties === undefined
    ? (alternatives.find((one) => isObject(one) && one.properties !== undefined) as JsonObject | undefined)
    : schema;
}

function missing(subject: Subject, schema: JsonObject, path: ConfigPath): ArgumentFault {
  return {
    code: "TOMO_MISSING_ARGUMENT",
    path,
    at: "key",
    message: `${subject.name} needs the ${subject.word} "${formatPath(path)}"`,
    expected: expectedText(schema, path),
  };
}

function wrong(
  subject: Subject,
  schema: JsonObject,
  issue: Issue,
  path: ConfigPath,
  value: Json,
): ArgumentFault {
  const name = `"${formatPath(path)}" of ${subject.name}`;
  const common = { path, at: "value", given: { value }, expected: expectedText(schema, path) } as const;
  if (isTypeIssue(issue, value))
    return {
      ...common,
      code: "TOMO_WRONG_TYPE",
      message: `${name} must not be ${kindOf(value)}`,
      hint: withoutQuotes(value, common.expected),
    };
  return {
    ...common,
    code: "TOMO_BAD_VALUE",
    message: `${name} ${reason(issue)}`,
    hint: nearestChoice(issue, value),
  };
}

function expectedText(schema: JsonObject, path: ConfigPath): string | undefined {
  const own = schemaAt(schema, path);
  if (own === undefined) return undefined;
  const described = own.description ?? schemaAt(schema, path.slice(0, 1))?.description;
  return typeof described === "string" ? `${typeText(own)}: ${described}` : typeText(own);
}

/** `"0.5"` where a number belongs. */
function withoutQuotes(value: Json, expected: string | undefined): string | undefined {
  if (typeof value !== "string" || !/number|integer|boolean/.test(expected ?? "")) return undefined;
  const isLiteral =
    /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) || ["true", "false"].includes(value.toLowerCase());
  if (isLiteral) return `write ${value.toLowerCase()} without quotes`;
  if (/boolean/.test(expected ?? "")) return didYouMean(value, ["true", "false"], 2);
  return /^-?\d+,\d+$/.test(value) ? `write the decimal point: ${value.replace(",", ".")}` : undefined;
}

function reason(issue: Issue): string {
  switch (issue.code) {
    case "too_small":
      return bound(issue.origin, issue.minimum, issue.inclusive === false ? ">" : "≥", "at least");
    case "too_big":
      return bound(issue.origin, issue.maximum, issue.inclusive === false ? "<" : "≤", "at most");
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => show(value)).join(" or ")}`;
    default: {
      // zod's own texts are for programmers; those given in a declaration are for users
      return issue.message.startsWith("Invalid") ? "has the wrong form" : `must be ${issue.message}`;
    }
  }
}

function bound(origin: string, limit: number | bigint, sign: string, words: string): string {
  if (origin === "string") return limit === 1 ? "must not be empty" : `must have ${words} ${limit} letters`;
  return origin === "array" ? `must have ${words} ${limit} entries` : `must be ${sign} ${limit}`;
}

const nearestChoice = (issue: Issue, value: Json): string | undefined =>
  issue.code === "invalid_value" ? didYouMean(String(value), issue.values.map(String)) : undefined;
