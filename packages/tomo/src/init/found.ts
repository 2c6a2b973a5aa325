export type InitTask = "segmentation" | "classification";

/** One path, or one a channel; relative to the folder of the data, with forward slashes. */
export type ImagePath = string | readonly string[];

/** A case as the datalist will have it. */
export interface FoundCase {
  readonly image: ImagePath;
  /** Segmentation: a path. Classification: one number a label entry. */
  readonly label: string | readonly number[];
  /** Cases of one group stay on one side of the split: the patient where known, else the case itself. */
  readonly group: string;
}

/** What a folder was found to hold. */
export interface FoundData {
  /** Absolute folder that the paths are relative to. */
  readonly root: string;
  /** How it was recognised, for people. */
  readonly layout: string;
  readonly training: readonly FoundCase[];
  /** Null where the data does not say which cases these are, and training is to be split. */
  readonly validation: readonly FoundCase[] | null;
  readonly test: readonly ImagePath[];
  /** Classification only. */
  readonly labelFormat: readonly number[] | null;
  /** Classification: of the network's outputs. Segmentation: of the label values 0, 1, …; null where nobody says. */
  readonly classNames: readonly string[] | null;
  /** As the data states it, such as CT. */
  readonly modality: string | null;
  /** Other facts that a person should read. */
  readonly warnings: readonly string[];
}

/** The files below a folder. */
export interface Folder {
  /** Absolute. */
  readonly root: string;
  /** Relative, with forward slashes, sorted. */
  readonly files: readonly string[];
}

export const firstPath = (image: ImagePath): string => (typeof image === "string" ? image : image[0]!);

/** At most `most` of the items, evenly spread, the first and the last among them. */
export function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, n) => items[Math.round((n * (items.length - 1)) / (most - 1))]!);
}

/** "a, b, c and 4 more" */
export function some(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  return rest <= 0 ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${rest} more`;
}
