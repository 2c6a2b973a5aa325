import type { LabelFormat } from "./contracts.ts";
import { entriesOf, isBinary } from "./label_format.ts";

/** Logits of one case to probabilities: sigmoid for binary entries, softmax over the outputs of an entry of k classes. */
export const probabilitiesOf = (logits: readonly number[], format: LabelFormat): number[] =>
  entriesOf(format).flatMap((entry) => {
    const group = logits.slice(entry.firstOutput, entry.firstOutput + entry.classes);
    return isBinary(entry) ? group.map(sigmoid) : softmax(group);
  });

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const weights = logits.map((x) => Math.exp(x - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Labels and probabilities with one column a class: a binary entry is one column, an entry of k classes k columns of
 * which one is 1.
 */
export const labelColumns = (label: readonly number[], format: LabelFormat): number[] =>
  format.flatMap((classes, entry) =>
    classes === 1
      ? [label[entry]!]
      : Array.from({ length: classes }, (_, value) => (label[entry] === value ? 1 : 0)),
  );
