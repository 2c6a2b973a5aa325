import { type EffectContext, factsOf } from "./effect.ts";
import type { NumbersFacts, SampleFacts } from "./facts.ts";

/** The numbers that a field holds; null after an error, and where nothing is known. */
export function numbersFacts(
  sample: SampleFacts,
  field: string,
  argument: string,
  name: string,
  context: EffectContext,
): NumbersFacts | null {
  const facts = factsOf(sample, field, [argument], context);
  if (facts.holds === "numbers") return facts;
  if (facts.holds === "image" || facts.holds === "path")
    context.error({
      code: "TOMO_FIELD_KIND",
      message: `${name} works on numbers, the field "${field}" holds ${facts.holds === "image" ? "an image" : "a path"}`,
      argument: [argument],
      hint: numberFieldsHint(sample),
    });
  return null;
}

function numberFieldsHint({ fields }: SampleFacts): string | undefined {
  const names = [...fields].flatMap(([name, facts]) => (facts.holds === "numbers" ? [name] : []));
  return names.length === 0 ? undefined : `fields with numbers: ${names.join(", ")}`;
}

/** Two lists of numbers that are compared entry by entry. */
export function checkLengths(
  predictions: NumbersFacts | null,
  labels: NumbersFacts | null,
  names: { readonly field: string; readonly label_field: string },
  { error }: EffectContext,
): void {
  const [left, right] = [predictions?.length ?? null, labels?.length ?? null];
  if (left === null || right === null || left === right) return;
  error({
    code: "TOMO_FIELD_KIND",
    message: `"${names.field}" has ${left} numbers, "${names.label_field}" ${right}`,
    argument: ["label_field"],
    expected: "one label a prediction",
    hint: "score the fields of ComputeBinaryPreds or ComputeMulticlassPreds: labels of k classes have k outputs each",
  });
}
