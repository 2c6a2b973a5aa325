import type { MedicalImage } from "./medical_image.ts";

/** Before loading a field holds the path(s) or numbers of the datalist item; a loader replaces paths by an image. */
export type FieldValue = MedicalImage | string | number | boolean | null | readonly FieldValue[];

/** One case on its way through the transforms: named fields, and who it is. */
export interface Sample {
  /** Unique, readable name of the case, for messages and output folders. */
  readonly caseId: string;
  /** Position in the datalist: the key of its random streams. */
  readonly index: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export const isImage = (value: FieldValue | undefined): value is MedicalImage =>
  typeof value === "object" && value !== null && "data" in value && "format" in value;

export const withFields = (sample: Sample, fields: Record<string, FieldValue>): Sample => ({
  ...sample,
  fields: { ...sample.fields, ...fields },
});
