import type { Example } from "../example_mmar.ts";

/** A change of one file: the nth occurrence (from 1) of a text is replaced; without `find`, the whole file. */
export interface Edit {
  readonly file: string;
  readonly find: string | null;
  readonly put: string;
  readonly nth: number;
}

/** What a person must be told of a slip. */
export interface Wanted {
  readonly file: string;
  /**
   * Texts of lines that may be named, after the slip; left out: the line where the file differs first; null: any line.
   * `--set x`: the word of the command.
   */
  readonly lines?: readonly string[] | null;
  /** Which occurrence of the text, from 1. */
  readonly nth: number;
  readonly remedy: RegExp;
}

/**
 * A faulty config of the held-out table. Line and remedy were written down before `tomo check` had ever seen it, in
 * words of our own, so that the table says how the messages do on faults they were not tuned on.
 */
export interface HeldOut {
  readonly example: Example;
  /** In words, for the table. */
  readonly what: string;
  readonly edits: readonly Edit[];
  /** How the edited file is stored, if not as UTF-8. */
  readonly stored?: (text: string) => Uint8Array;
  readonly set?: readonly string[];
  readonly wanted: readonly Wanted[];
}

export type More = {
  /** Occurrence of `find`. */
  readonly nth?: number;
  /** Lines that may be named; left out: the one where the file differs first. */
  readonly lines?: readonly string[] | null;
  readonly lineNth?: number;
  readonly inFile?: string;
};

/** `[what, find, put, remedy, more]` */
export type Row = readonly [
  what: string,
  find: string | null,
  put: string,
  remedy: RegExp,
  more?: More & Pick<HeldOut, "stored">,
];

export const slips = (example: Example, file: string, rows: readonly Row[]): HeldOut[] =>
  rows.map(([what, find, put, remedy, more = {}]) => ({
    example,
    what,
    edits: [{ file, find, put, nth: more.nth ?? 1 }],
    ...(more.stored === undefined ? {} : { stored: more.stored }),
    wanted: [wantedOf(file, remedy, more)],
  }));

/** Several slips at once, `[file, find, put, remedy, more]` each; all of them must be named. */
export const together = (
  example: Example,
  what: string,
  rows: readonly (readonly [file: string, find: string, put: string, remedy: RegExp, more?: More])[],
): HeldOut => ({
  example,
  what,
  edits: rows.map(([file, find, put, , more = {}]) => ({ file, find, put, nth: more.nth ?? 1 })),
  wanted: rows.map(([file, , , remedy, more = {}]) => wantedOf(file, remedy, more)),
});

/** Slips in the words after `--set`. */
export const words = (
  example: Example,
  rows: readonly (readonly [what: string, set: readonly string[], named: string, remedy: RegExp])[],
): HeldOut[] =>
  rows.map(([what, set, named, remedy]) => ({
    example,
    what,
    edits: [],
    set,
    wanted: [{ file: "", lines: [named], nth: 1, remedy }],
  }));

function wantedOf(file: string, remedy: RegExp, { lines, lineNth = 1, inFile = file }: More): Wanted {
  return { file: inFile, lines, nth: lineNth, remedy };
}

export const train = "config/config_train.json";
export const validation = "config/config_validation.json";
export const environment = "config/environment.json";
