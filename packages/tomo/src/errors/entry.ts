/** One row of the error catalogue. */
export interface CatalogueEntry {
  /** 1 run failed, 2 usage, 3 config, 4 data, 5 engine. */
  readonly exit: 1 | 2 | 3 | 4 | 5;
  /** What happened, in one sentence. */
  readonly meaning: string;
  /** What the user can do about it. */
  readonly remedy: string;
}
