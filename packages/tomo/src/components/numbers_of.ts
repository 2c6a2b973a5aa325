import { type FieldValue, isImage, type Sample } from "../data/sample.ts";
import { TomoError } from "../errors/tomo_error.ts";

/**
 * The numbers of a field: outputs, probabilities or labels of a classification, one number or a list of them.
 * @param user the component that asks, for the message
 * @throws TomoError TOMO_FIELD_NOT_NUMBERS
 */
export function numbersOf(sample: Sample, field: string, user: string): readonly number[] {
  const value = sample.fields[field];
  if (typeof value === "number") return [value];
  if (isNumbers(value)) return value;
  const others = Object.keys(sample.fields).filter((name) => hasNumbers(sample.fields[name]));
  throw new TomoError(
    "TOMO_FIELD_NOT_NUMBERS",
    `field "${field}" ${contents(value)}; ${user} needs numbers`,
    {
      where: { case: sample.caseId, field },
      expected: "a number or a list of numbers",
      hint: others.length === 0 ? undefined : `fields with numbers: ${others.join(", ")}`,
    },
  );
}

const isNumbers = (value: FieldValue | undefined): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "number");

const hasNumbers = (value: FieldValue | undefined): boolean => typeof value === "number" || isNumbers(value);

function contents(value: FieldValue | undefined): string {
  if (value === undefined) return "does not exist";
  if (isImage(value)) return "holds an image";
  return `holds ${JSON.stringify(value).slice(0, 60)}`;
}
