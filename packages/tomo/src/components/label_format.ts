import { TomoError } from "../errors/tomo_error.ts";
import type { LabelFormat } from "./contracts.ts";

/**
 * Where the entries of a label_format lie, for all that reads labels or outputs of a classifier. `[1, 3, 1]`: entry 0
 * is binary and has output 0, entry 1 has the classes 0 to 2 and outputs 1 to 3, entry 2 is binary and has output 4.
 */
export interface LabelEntry {
  /** Position in label_format, so also the column of the label. */
  readonly index: number;
  /** 1 = binary, k > 1 = k classes; so many outputs. */
  readonly classes: number;
  /** First output; the others follow it. */
  readonly firstOutput: number;
}

/** All entries in their order. */
export function entriesOf(format: LabelFormat): readonly LabelEntry[] {
  let firstOutput = 0;
  return format.map((classes, index) => {
    const entry = { index, classes, firstOutput };
    firstOutput += classes;
    return entry;
  });
}

export const isBinary = ({ classes }: LabelEntry): boolean => classes === 1;
export const isMulticlass = ({ classes }: LabelEntry): boolean => classes > 1;

/** Number of outputs of a network for this format. */
export const outputsOf = (format: LabelFormat): number => format.reduce((sum, classes) => sum + classes, 0);

/**
 * The format of a task that must have one.
 * @param user the component that needs it, for the message
 * @throws TomoError TOMO_LABEL_FORMAT for null
 */
export function requireLabelFormat(format: LabelFormat | null | undefined, user: string): LabelFormat {
  if (format !== null && format !== undefined) return format;
  throw new TomoError("TOMO_LABEL_FORMAT", `${user} needs label_format, and there is none`, {
    expected: '"label_format" in the datalist, one integer a label: 1 = binary, k > 1 = k classes',
    hint: "it works on classification, with ClassificationImagePipeline; losses for segmentation are other ones, such as Dice",
  });
}
