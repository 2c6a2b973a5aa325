import type { WarningCode } from "../../../config/warnings.ts";
import type { ErrorCode } from "../../../errors/catalogue.ts";
import type { Example } from "../example_mmar.ts";

/** A slip that a person makes in one file of an example, and what `tomo check` should say of it. */
export interface Fault {
  readonly example: Example;
  /** Relative to the MMAR. */
  readonly file: string;
  /** In words, for the table. */
  readonly what: string;
  /** The text that is replaced: its first occurrence, or the nth (from 1). */
  readonly find: string;
  readonly nth: number;
  readonly put: string;
  readonly code: ErrorCode | WarningCode;
  /** Text of the line that the first message must name, after the slip; left out: the line where `put` stands. */
  readonly line?: string;
  /** Which occurrence of that text, from 1. */
  readonly lineNth?: number;
  /** The file that the message must name, if it is another one. */
  readonly inFile?: string;
  /** Part of what a person must be told to mend it. */
  readonly remedy: string;
}

type Slip = Omit<Fault, "example" | "file" | "nth"> & { readonly nth?: number };

/** Slips in one file of an example. */
export const slipsIn = (example: Example, file: string, slips: readonly Slip[]): Fault[] =>
  slips.map((slip) => ({ nth: 1, ...slip, example, file }));

/** What stands in most rows: `[what, find, put, code, remedy]`, with the rest as an object. */
export type Row = readonly [
  what: string,
  find: string,
  put: string,
  code: ErrorCode | WarningCode,
  remedy: string,
  more?: Pick<Slip, "line" | "lineNth" | "inFile" | "nth">,
];

export const rows = (example: Example, file: string, given: readonly Row[]): Fault[] =>
  slipsIn(
    example,
    file,
    given.map(([what, find, put, code, remedy, more]) => ({ what, find, put, code, remedy, ...more })),
  );

export const train = "config/config_train.json";
export const validation = "config/config_validation.json";
export const checkpoint = "config/config_validation_ckpt.json";
export const environment = "config/environment.json";
