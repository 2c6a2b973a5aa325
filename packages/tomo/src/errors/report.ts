import { type ErrorCode, exitCodeOf } from "./catalogue.ts";
import { TomoError, TomoErrors, type Where } from "./tomo_error.ts";

/** One error as data: what `--json` prints, and what the human form is made from. */
export interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly where: Where;
  readonly given?: string;
  readonly expected?: string;
  readonly hint?: string;
  /** First line of the error that caused this one. */
  readonly cause?: string;
  /** Of internal errors only: an error that a user can act on needs no stack. */
  readonly stack?: string;
}

/** Everything that ended a command. */
export interface ErrorReport {
  readonly type: "error";
  readonly exit: number;
  readonly errors: readonly ReportedError[];
}

/** Turns anything thrown into a report; never throws itself. */
export function reportOf(thrown: unknown): ErrorReport {
  if (thrown instanceof TomoErrors) {
    const errors = sortByPosition(thrown.errors);
    return { type: "error", exit: exitOfAll(errors), errors: errors.map(reported) };
  }
  if (thrown instanceof TomoError)
    return { type: "error", exit: exitCodeOf(thrown.code), errors: [reported(thrown)] };
  const torch = torchError(thrown);
  if (torch !== undefined) return { type: "error", exit: 5, errors: [torch] };
  return { type: "error", exit: 1, errors: [internal(thrown)] };
}

/** By file, line and column; errors without a place come last, in the order in which they were found. */
export function sortByPosition<Item extends { readonly where: Where }>(items: readonly Item[]): Item[] {
  const rank = ({ where }: Item): readonly [string, number, number] => [
    where.file ?? "\uffff",
    where.line ?? Number.MAX_SAFE_INTEGER,
    where.column ?? Number.MAX_SAFE_INTEGER,
  ];
  return [...items].sort((left, right) => {
    const [leftFile, leftLine, leftColumn] = rank(left);
    const [rightFile, rightLine, rightColumn] = rank(right);
    if (leftFile !== rightFile) return leftFile < rightFile ? -1 : 1;
    return leftLine - rightLine || leftColumn - rightColumn;
  });
}

/** Config faults come before data faults, since mending the config may mend the data. */
const exitOfAll = (errors: readonly TomoError[]): number => {
  const exits = new Set(errors.map((error) => exitCodeOf(error.code)));
  return [2, 3, 4, 5].find((exit) => exits.has(exit as 2 | 3 | 4 | 5)) ?? 1;
};

function reported(error: TomoError): ReportedError {
  const { code, message, where, given, expected, hint } = error;
  const cause = error.cause === undefined ? undefined : firstLine(messageOf(error.cause));
  return { code, message, where, given, expected, hint, cause };
}

/** @tomo/torch throws errors whose code starts with TORCH_; the rest of their message may be a C++ stack. */
function torchError(thrown: unknown): ReportedError | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  const code = String(thrown.code);
  if (!code.startsWith("TORCH_")) return undefined;
  return {
    code,
    message: firstLine(thrown.message),
    where: {},
    hint: "the engine refused this operation; `npx tomo doctor` shows its version and state",
  };
}

function internal(thrown: unknown): ReportedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    code: "TOMO_INTERNAL" satisfies ErrorCode,
    message: firstLine(error.message) || error.name,
    where: {},
    hint: "this is a fault of Tomo, not of your config; run again with --debug and report the stack",
    stack: error.stack,
  };
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

const firstLine = (text: string): string => text.split("\n", 1)[0]!.trim();
