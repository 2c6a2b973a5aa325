import { createHash } from "node:crypto";
import type { FoundCase } from "./found.ts";

export const validationShare = 0.2;
export const splitSeed = "tomo";

export interface Split {
  readonly training: readonly FoundCase[];
  readonly validation: readonly FoundCase[];
}

/**
 * Puts a fifth of the groups of each stratum into validation: those whose names have the smallest hashes, so that the
 * same data is split the same way everywhere, and a few new cases move few old ones. A stratum of one group trains.
 * Where no stratum gave any, one group of the largest is taken. Both lists keep the order of the cases.
 */
export function splitCases(
  cases: readonly FoundCase[],
  stratumOf: (item: FoundCase) => string | number,
): Split {
  const strata = new Map<string | number, Set<string>>();
  const placed = new Set<string>();
  for (const item of cases) {
    if (placed.has(item.group)) continue;
    placed.add(item.group);
    const stratum = stratumOf(item);
    strata.set(stratum, (strata.get(stratum) ?? new Set()).add(item.group));
  }
  const held = new Set<string>();
  for (const groups of strata.values())
    for (const group of byHash(groups).slice(0, Math.round(groups.size * validationShare))) held.add(group);
  if (held.size === 0 && placed.size > 1) {
    const [largest] = [...strata.values()].toSorted((a, b) => b.size - a.size);
    held.add(byHash(largest ?? placed)[0]!);
  }
  return {
    training: cases.filter(({ group }) => !held.has(group)),
    validation: cases.filter(({ group }) => held.has(group)),
  };
}

function byHash(groups: ReadonlySet<string>): string[] {
  const hash = (group: string) => createHash("sha256").update(`${splitSeed}:${group}`).digest("hex");
  return [...groups]
    .map((group) => [hash(group), group] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => group);
}

/**
 * The stratum of a label vector: its rarest positive entry, or the class of an entry of k classes; so each finding has
 * about a fifth of its cases in validation.
 */
export function labelStrata(cases: readonly FoundCase[]): (item: FoundCase) => string {
  const count = new Map<string, number>();
  const keysOf = ({ label }: FoundCase): string[] =>
    typeof label === "string" ? [] : label.flatMap((value, at) => (value === 0 ? [] : [`${at}:${value}`]));
  for (const item of cases) for (const key of keysOf(item)) count.set(key, (count.get(key) ?? 0) + 1);
  return (item) => keysOf(item).toSorted((a, b) => count.get(a)! - count.get(b)!)[0] ?? "";
}

/** NIH's patient_follow-up, and names that say patient, person, subject or BIDS' sub-. */
const patientMarks = [/(?:^|\/)(\d{4,})_\d{3}\.\w+$/, /((?:patient|person|subject|sub)[-_ ]?\d+)/i];

/** The patient that a path names, or the path itself. */
export function patientOf(path: string): string {
  for (const mark of patientMarks) {
    const found = mark.exec(path)?.[1];
    if (found !== undefined) return `patient ${found}`;
  }
  return path;
}
