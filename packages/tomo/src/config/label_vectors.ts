import { nearest } from "../errors/nearest.ts";
import { TomoError } from "../errors/tomo_error.ts";
import { isList, isObject, type Json, show } from "./source/json.ts";
import type { Source } from "./source/read.ts";

/** How the labels of a classification list are read. */
export interface LabelRule {
  /** The pipeline's own output_label_format, which goes before that of the datalist. */
  readonly format: readonly number[] | null;
  /** Inference needs no labels. */
  readonly required: boolean;
}

/** Faulty labels that are reported one by one; the rest are counted. */
const shown = 20;

/**
 * The label format of a list: one integer a label entry (1 = binary, k > 1 = k classes).
 * @throws TomoError TOMO_LABEL_FORMAT where it is missing or not a list of such integers
 */
export function labelFormatFor(source: Source, list: readonly Json[], rule: LabelRule): readonly number[] {
  if (rule.format !== null) return rule.format;
  const given = source.value.label_format;
  if (isLabelFormat(given)) return given;
  const misspelt = Object.keys(source.value).find((key) => nearest(key, ["label_format"]) !== undefined);
  if (given === undefined && misspelt !== undefined)
    throw new TomoError("TOMO_LABEL_FORMAT", `the datalist has "${misspelt}" in place of label_format`, {
      where: source.where([misspelt], "key"),
      hint: 'did you mean "label_format"?',
    });
  if (given === undefined)
    throw new TomoError("TOMO_LABEL_FORMAT", "the datalist has no label_format", {
      where: { file: source.file, line: 1, column: 1 },
      expected: "one integer a label entry: 1 = binary, k > 1 = k classes",
      hint: `add ${suggestion(list)} to the datalist, or output_label_format to the image pipeline`,
    });
  const odd = isList(given) ? given.findIndex((entry) => !isPositiveInteger(entry)) : -1;
  throw new TomoError("TOMO_LABEL_FORMAT", "label_format is not a list of integers above 0", {
    where: source.where(["label_format", ...(odd < 0 ? [] : [odd])]),
    given: show(given),
    expected: "one integer a label entry: 1 = binary, k > 1 = k classes",
    hint: `with these labels ${suggestion(list)}`,
  });
}

/** The format as it stands, or null; for lists whose task is not known. */
export const statedLabelFormat = (source: Source): readonly number[] | null =>
  isLabelFormat(source.value.label_format) ? source.value.label_format : null;

function isLabelFormat(value: Json | undefined): value is readonly number[] {
  return isList(value) && value.length > 0 && value.every(isPositiveInteger);
}

const isPositiveInteger = (value: Json): boolean => Number.isInteger(value) && (value as number) > 0;

/** Text of a format that the first label would fit. */
function suggestion(list: readonly Json[]): string {
  const label = list.map((item) => (isObject(item) ? item.label : undefined)).find(isNumbers);
  const entries =
    label === undefined ? [1] : vectorOf(label).map((value) => Math.max(1, value > 1 ? value + 1 : 1));
  return `"label_format": [${entries.join(", ")}]`;
}

const isNumbers = (value: Json | undefined): value is number | readonly number[] =>
  typeof value === "number" ||
  (isList(value) && value.length > 0 && value.every((n) => typeof n === "number"));

/** A single number is a label of one entry. */
const vectorOf = (label: number | readonly number[]): readonly number[] => [label].flat();

/** The label of an item as a list of numbers; other values stay as they are. */
export const asVector = (value: Json): Json => (typeof value === "number" ? [value] : value);

/** One error for each label that does not fit the format: another length, another type, a class out of range. */
export function labelFaults(
  source: Source,
  key: string,
  list: readonly Json[],
  format: readonly number[],
  required: boolean,
): TomoError[] {
  const faults = list.flatMap((item, index) => {
    if (!isObject(item) || (item.label === undefined && !required)) return [];
    return labelFault(source, [key, index], item.label, format) ?? [];
  });
  if (faults.length <= shown) return faults;
  const more = new TomoError(
    "TOMO_LABEL_FORMAT",
    `${faults.length - shown} more labels do not fit label_format`,
    {
      where: { file: source.file },
      hint: "if all fail in the same way, label_format is what needs to be changed",
    },
  );
  return [...faults.slice(0, shown), more];
}

function labelFault(
  source: Source,
  item: readonly (string | number)[],
  label: Json | undefined,
  format: readonly number[],
): TomoError | null {
  const fits = `${format.length} ${format.length === 1 ? "number" : "numbers"} for label_format [${format.join(", ")}]`;
  if (label === undefined)
    return new TomoError("TOMO_LABEL_FORMAT", 'the case has no "label"', {
      where: source.where(item),
      expected: fits,
    });
  const where = source.where([...item, "label"]);
  if (!isNumbers(label)) {
    const odd = isList(label) ? label.findIndex((entry) => typeof entry !== "number") : -1;
    return new TomoError("TOMO_LABEL_FORMAT", "the label is not a list of numbers", {
      where: odd < 0 ? where : source.where([...item, "label", odd]),
      given: show(label),
      expected: fits,
      hint: typeof label === "string" ? "a path is a label of segmentation pipelines" : undefined,
    });
  }
  const vector = vectorOf(label);
  if (vector.length !== format.length)
    return new TomoError(
      "TOMO_LABEL_FORMAT",
      `the label has ${entriesText(vector.length)}, label_format ${format.length}`,
      {
        where,
        given: show(label),
        expected: fits,
      },
    );
  const bad = vector.findIndex((value, entry) => !isClass(value, format[entry]!));
  if (bad < 0) return null;
  const classes = Math.max(2, format[bad]!);
  return new TomoError("TOMO_LABEL_RANGE", `entry ${bad} of the label is ${vector[bad]}`, {
    where: source.where([...item, "label", ...(isList(label) ? [bad] : [])]),
    given: show(label),
    expected:
      format[bad] === 1
        ? "0 or 1, since label_format says 1 there"
        : `0 to ${classes - 1}, since label_format says ${classes} there`,
  });
}

const isClass = (value: number, classes: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < Math.max(2, classes);

const entriesText = (count: number): string => `${count} ${count === 1 ? "entry" : "entries"}`;
