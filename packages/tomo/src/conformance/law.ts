import { isDeepStrictEqual } from "node:util";
import { TomoError } from "../errors/tomo_error.ts";

/** Something that every component of a kind must hold to; `check` throws where it does not. */
export interface Law {
  /** Ends the sentence "it …". */
  readonly name: string;
  readonly check: () => void;
}

/**
 * Checks all laws, whichever of them are broken.
 * @throws TomoError TOMO_LAW_BROKEN that lists the broken ones; its cause is what the first of them threw
 */
export function checkLaws(component: string, laws: readonly Law[]): void {
  const broken = laws.flatMap(({ name, check }) => {
    try {
      check();
      return [];
    } catch (error) {
      return [{ name, error }];
    }
  });
  if (broken.length === 0) return;
  // one fault breaks the same law in every layout
  const byWords = new Map<string, string[]>();
  for (const { name, error } of broken) {
    const words = wordsOf(error);
    byWords.set(words, [...(byWords.get(words) ?? []), name]);
  }
  const rows = [...byWords].map(([words, [first, ...others]]) => {
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    return `- ${first}${more}:\n  ${words.replaceAll("\n", "\n  ")}`;
  });
  const head = `${component} breaks ${broken.length} of ${laws.length} laws`;
  throw new TomoError("TOMO_LAW_BROKEN", [head, ...rows].join("\n"), { cause: broken[0]!.error });
}

/** A TomoError in all its parts, any other in its first line. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, given, expected, hint } = error as Partial<TomoError> & Error;
  const isWhole = error instanceof TomoError && error.code === "TOMO_LAW_BROKEN";
  const parts = isWhole ? [] : [given && `given ${given}`, expected && `expected ${expected}`];
  return [message, ...parts, hint].filter((part) => part !== undefined && part !== "").join("\n");
}

/** @throws TomoError TOMO_LAW_BROKEN unless the condition holds */
export function holds(condition: boolean, message: string, hint?: string): asserts condition {
  if (!condition) throw new TomoError("TOMO_LAW_BROKEN", message, { hint });
}

/** @throws TomoError TOMO_LAW_BROKEN unless the two are equal in all parts */
export function same(actual: unknown, expected: unknown, what: string, hint?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const [given, wanted] = [textOf(actual), textOf(expected)];
  throw new TomoError("TOMO_LAW_BROKEN", `${what} is ${given}, not ${wanted}`, {
    given,
    expected: wanted,
    hint,
  });
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
