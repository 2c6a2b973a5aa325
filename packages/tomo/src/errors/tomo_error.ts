import type { ErrorCode } from "./catalogue.ts";

/** Where an error happened. Every part is optional; messages print the parts that are known. */
export interface Where {
  /** Absolute path of a config, datalist or image file. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Path inside the config, for example `train.pre_transforms[3].args.pos`. */
  readonly configPath?: string;
  /** Case, as the datalist names it. */
  readonly case?: string;
  /** Field of the sample, for example `label`. */
  readonly field?: string;
}

export interface ErrorDetails {
  readonly where?: Where;
  /** What the user gave, as it should be printed. */
  readonly given?: string;
  /** What would have been right. */
  readonly expected?: string;
  /** Nearest valid name, or a remedy in one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A fault that a user can act on: it has a stable code, a place and a remedy. */
export class TomoError extends Error {
  override readonly name = "TomoError";
  readonly code: ErrorCode;
  readonly where: Where;
  readonly given: string | undefined;
  readonly expected: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where ?? {};
    this.given = details.given;
    this.expected = details.expected;
    this.hint = details.hint;
  }
}

/** Several config errors found in one pass; thrown together so that the user mends all at once. */
export class TomoErrors extends Error {
  override readonly name = "TomoErrors";
  readonly errors: readonly TomoError[];

  constructor(errors: readonly TomoError[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.errors = errors;
  }
}
