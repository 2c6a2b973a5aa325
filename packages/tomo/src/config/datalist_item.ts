import type { FieldValue } from "../data/sample.ts";

/** One entry of a datalist: what a sample starts from. Paths are absolute. Plain data. */
export interface DatalistItem {
  /** Unique, readable name: the file's base name, with its folder where two are equal. */
  readonly caseId: string;
  /** Position in the list. */
  readonly index: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
}
