import { canonical, type Part } from "./normal.ts";

/** Which component of the one list is which of the other. */
export interface Pairing {
  /** Ordered by the first index. */
  readonly pairs: readonly (readonly [a: number, b: number])[];
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
}

/** What two components must have in common, from all to nothing but the name. */
const likenesses: readonly ((part: Part) => string | undefined)[] = [
  (part) => canonical([part.name, part.alias ?? null, argumentText(part)]),
  (part) => (part.alias === undefined ? undefined : canonical([part.name, part.alias])),
  (part) => canonical([part.name, argumentText(part)]),
  (part) => canonical([part.name, identityOf(part)]),
  (part) => part.name,
];

const argumentText = ({ args }: Part): string =>
  canonical(Object.fromEntries([...args].map(([name, { value }]) => [name, value])));

/** Arguments by which people tell components of one name apart. */
export function identityOf({ args }: Part): string {
  const names = ["name", "tag", "tags", "field", "fields", "image_field"];
  return canonical(names.flatMap((name) => args.get(name)?.value ?? []));
}

/** Pairs components of one name: equal ones first, then those of one alias, then those for the same fields. */
export function pairUp(a: readonly Part[], b: readonly Part[]): Pairing {
  let leftA = a.map((_, index) => index);
  let leftB = b.map((_, index) => index);
  const pairs: [number, number][] = [];
  for (const likeness of likenesses) {
    const waiting = new Map<string, number[]>();
    for (const index of leftB) {
      const key = likeness(b[index]!);
      if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), index]);
    }
    for (const index of leftA) {
      const found = waiting.get(likeness(a[index]!) ?? "")?.shift();
      if (found !== undefined) pairs.push([index, found]);
    }
    const [doneA, doneB] = [new Set(pairs.map(([one]) => one)), new Set(pairs.map(([, one]) => one))];
    leftA = leftA.filter((index) => !doneA.has(index));
    leftB = leftB.filter((index) => !doneB.has(index));
  }
  return { pairs: pairs.sort(([left], [right]) => left - right), onlyA: leftA, onlyB: leftB };
}

/**
 * Pairs that changed their order: all but the largest set that is in order on both sides; of several such sets the one
 * whose members moved least. The choice does not depend on which side is called A.
 * @param textOf The same for a pair seen from either side, different for any two pairs.
 * @returns First indices.
 */
export function movedPairs(
  { pairs }: Pairing,
  textOf: (pair: readonly [a: number, b: number]) => string,
): ReadonlySet<number> {
  const rankOf = new Map(
    pairs
      .map(([, b]) => b)
      .toSorted((x, y) => x - y)
      .map((b, rank) => [b, rank]),
  );
  const order = pairs.map(([, b]) => rankOf.get(b)!);
  let from = 0;
  while (from < order.length && order[from] === from) from++;
  let to = order.length;
  while (to > from && order[to - 1] === to - 1) to--;
  const middle = pairs.slice(from, to);
  const staying = heaviestIncreasing(order.slice(from, to), weightsOf(middle, textOf));
  return new Set(middle.flatMap(([a], index) => (staying.has(index) ? [] : [a])));
}

/** Every pair weighs one and a fraction, less for a longer way; no two sums of fractions are equal. */
function weightsOf(
  pairs: Pairing["pairs"],
  textOf: (pair: readonly [a: number, b: number]) => string,
): bigint[] {
  const way = ([a, b]: readonly [number, number]): number => Math.abs(a - b);
  const byWorth = pairs
    .map((pair, index) => ({ index, way: way(pair), low: Math.min(...pair), text: textOf(pair) }))
    .sort((x, y) => y.way - x.way || x.low - y.low || (x.text < y.text ? -1 : 1));
  const weights: bigint[] = [];
  for (const [worth, { index }] of byWorth.entries())
    weights[index] = (1n << BigInt(pairs.length)) + (1n << BigInt(worth));
  return weights;
}

/** Indices of the increasing subsequence of the largest weight. */
function heaviestIncreasing(order: readonly number[], weights: readonly bigint[]): ReadonlySet<number> {
  const best: { weight: bigint; before: number }[] = [];
  for (const [index, rank] of order.entries()) {
    let before = -1;
    for (let earlier = 0; earlier < index; earlier++)
      if (order[earlier]! < rank && best[earlier]!.weight > (best[before]?.weight ?? 0n)) before = earlier;
    best.push({ weight: (best[before]?.weight ?? 0n) + weights[index]!, before });
  }
  let at = -1;
  for (const [index, { weight }] of best.entries()) if (weight > (best[at]?.weight ?? 0n)) at = index;
  const chosen = new Set<number>();
  for (; at >= 0; at = best[at]!.before) chosen.add(at);
  return chosen;
}
