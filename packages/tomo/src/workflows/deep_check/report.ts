/** Something that was tried, and what it took. */
export interface Trial {
  /** `first batch`, `one step on the CPU` … */
  readonly what: string;
  readonly seconds: number;
  /** Most bytes of native memory at once, all that was held before included; null where none was used. */
  readonly peak: number | null;
  /** What came of it, for example the loss. */
  readonly result: string | null;
}

/** What a deep check of one config tried. */
export interface DeepCheck {
  readonly trials: readonly Trial[];
  /** What components warned of, and what could not be tried. */
  readonly notes: readonly string[];
}
