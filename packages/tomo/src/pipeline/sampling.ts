import type { Sampling } from "../components/image_pipelines/settings.ts";
import type { DatalistItem } from "../config/datalist_item.ts";
import type { RandomStream } from "../data/random.ts";
import type { FieldValue } from "../data/sample.ts";
import { TomoError } from "../errors/tomo_error.ts";

/** Cases by category: the classes of the label entries in order, then the cases without any. */
export type Categories = readonly (readonly DatalistItem[])[];

/**
 * The categories of a list. A binary entry has one (the cases that have it), an entry of k classes k; cases that belong
 * to none make one more at the end.
 * @param labelFormat 1 = binary, k > 1 = k classes
 */
export function categoriesOf(items: readonly DatalistItem[], labelFormat: readonly number[]): Categories {
  const entries = labelFormat.flatMap((classes, entry) =>
    classes === 1 ? [{ entry, value: 1 }] : Array.from({ length: classes }, (_, value) => ({ entry, value })),
  );
  const named = entries.map(({ entry, value }) => items.filter((item) => entryOf(item, entry) === value));
  const taken = new Set(named.flat());
  return [...named, items.filter((item) => !taken.has(item))];
}

const entryOf = ({ fields }: DatalistItem, entry: number): FieldValue | undefined => {
  const { label } = fields;
  return Array.isArray(label) ? (label as readonly FieldValue[])[entry] : undefined;
};

/**
 * How many cases of each category an epoch draws; empty categories get none.
 * @param total Length of an epoch when weights alone are given
 * @throws TomoError TOMO_BAD_VALUE for another number of weights than categories
 */
export function drawsPerCategory(
  categories: Categories,
  { itemsPerCategory, categoryWeights }: Sampling,
  total: number,
): number[] {
  const weights = weightsFor(categories, categoryWeights);
  if (itemsPerCategory === null) return inProportion(weights, total);
  const base =
    itemsPerCategory === "max" ? Math.max(...categories.map(({ length }) => length)) : itemsPerCategory;
  return weights.map((weight) => Math.round(base * weight));
}

function weightsFor(categories: Categories, given: readonly number[] | null): number[] {
  const named = categories.length - 1;
  if (given !== null && given.length !== named && given.length !== categories.length)
    throw new TomoError("TOMO_BAD_VALUE", `category_weights has ${given.length} weights`, {
      where: { configPath: "train.image_pipeline.args.category_weights" },
      given: JSON.stringify(given),
      expected: `${named} (the classes of label_format) or ${categories.length} (with the cases that have none)`,
    });
  return categories.map((items, n) => (items.length === 0 ? 0 : (given?.[n] ?? 1)));
}

/** Whole numbers that add up to `total`, as near to the weights as can be: the largest remainders get one more. */
function inProportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (sum === 0 ? 0 : (weight / sum) * total));
  const counts = exact.map(Math.floor);
  const left = total - counts.reduce((a, b) => a + b, 0);
  const order = exact
    .map((value, n) => ({ n, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.n - b.n);
  for (const { n } of order.slice(0, sum === 0 ? 0 : left)) counts[n]!++;
  return counts;
}

/** `count` cases of a category: each once, in a new random order, before any comes again. */
export function draw(
  items: readonly DatalistItem[],
  count: number,
  random: RandomStream,
): readonly DatalistItem[] {
  const drawn: DatalistItem[] = [];
  while (items.length > 0 && drawn.length < count)
    drawn.push(...random.shuffled(items).slice(0, count - drawn.length));
  return drawn;
}
