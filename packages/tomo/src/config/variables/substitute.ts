import { isList, isObject, type Json, type JsonObject } from "../source/json.ts";
import { type ConfigPath, formatPath } from "../source/path.ts";

/** A placeholder that could not be replaced. Whether it matters is for those to say who read the value. */
export interface PlaceholderFault {
  readonly path: ConfigPath;
  /** The string as it stands in the file. */
  readonly text: string;
  readonly problem:
    | { readonly type: "undefined"; readonly name: string; readonly whole: boolean }
    /** A brace that is not part of {NAME}, {{ or }}. */
    | { readonly type: "brace"; readonly brace: string }
    /** A list or object put into the middle of a text. */
    | { readonly type: "not_text"; readonly name: string };
}

export interface Substituted {
  readonly value: JsonObject;
  readonly faults: readonly PlaceholderFault[];
  /** Names of the variables that each value was made from, by formatted path. */
  readonly uses: ReadonlyMap<string, readonly string[]>;
}

const wholePlaceholder = /^\{([A-Za-z_]\w*)\}$/;
const parts = /\{\{|\}\}|\{([A-Za-z_]\w*)\}|[{}]|[^{}]+/g;

/**
 * Replaces placeholders in every string of the tree, in one pass: what a variable brings in is not looked at again.
 * A string that is exactly `{NAME}` becomes the variable's typed value, `null` if there is none; `{NAME}` inside
 * a longer string is formatted as text; `{{` and `}}` are literal braces.
 */
export function substitute(tree: JsonObject, lookUp: (name: string) => Json | undefined): Substituted {
  const faults: PlaceholderFault[] = [];
  const uses = new Map<string, readonly string[]>();

  const visit = (value: Json, path: ConfigPath): Json => {
    if (typeof value === "string") return replace(value, path);
    if (isList(value)) return value.map((item, index) => visit(item, [...path, index]));
    return isObject(value) ? visitObject(value, path) : value;
  };

  const visitObject = (value: JsonObject, path: ConfigPath): JsonObject =>
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]));

  const replace = (text: string, path: ConfigPath): Json => {
    if (!text.includes("{") && !text.includes("}")) return text;
    const names = [...text.matchAll(parts)].flatMap((match) => match[1] ?? []);
    if (names.length > 0) uses.set(formatPath(path), names);
    const found = expand(text, lookUp);
    if (found.problem === undefined) return found.value;
    faults.push({ path, text, problem: found.problem });
    return found.problem.type === "undefined" && found.problem.whole ? null : text;
  };

  return { value: visitObject(tree, []), faults, uses };
}

type Expanded = { value: Json; problem?: undefined } | { problem: PlaceholderFault["problem"] };

function expand(text: string, lookUp: (name: string) => Json | undefined): Expanded {
  const whole = wholePlaceholder.exec(text)?.[1];
  if (whole !== undefined) {
    const value = lookUp(whole);
    return value === undefined ? { problem: { type: "undefined", name: whole, whole: true } } : { value };
  }
  let out = "";
  for (const [part, name] of text.matchAll(parts)) {
    if (name !== undefined) {
      const value = lookUp(name);
      if (value === undefined) return { problem: { type: "undefined", name, whole: false } };
      if (typeof value === "object" && value !== null) return { problem: { type: "not_text", name } };
      out += asText(value);
    } else if (part === "{" || part === "}") return { problem: { type: "brace", brace: part } };
    else out += part === "{{" ? "{" : part === "}}" ? "}" : part;
  }
  return { value: out };
}

/** Booleans and null as Python's `format` writes them, which Clara's configs were made for. */
function asText(value: string | number | boolean | null): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}

/** The string that substitution turns back into `text`. */
export const escapeBraces = (text: string): string => text.replaceAll(/[{}]/g, "$&$&");
