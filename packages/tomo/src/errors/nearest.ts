import { distance } from "fastest-levenshtein";

/** How many letters may differ before a suggestion is more noise than help. */
export const cutOff = (name: string): number =>
  name.length <= 4 ? 1 : Math.max(2, Math.floor(name.length / 3));

/**
 * The candidate closest to `name` by edit distance, case ignored, or undefined when none is near.
 * Of equals the first wins.
 */
export function nearest(
  name: string,
  candidates: Iterable<string>,
  limit: number = cutOff(name),
): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const found = editDistance(wanted, candidate.toLowerCase());
    if (found >= bestDistance) continue;
    best = candidate;
    bestDistance = found;
  }
  return best;
}

/** Levenshtein's distance, but two letters that changed places count as one slip: `nmae` is near `name`. */
function editDistance(left: string, right: string): number {
  const edits = distance(left, right);
  return edits === 2 && letters(left) === letters(right) ? 1 : edits;
}

const letters = (word: string): string => [...word].sort().join("");

/**
 * `did you mean "X"?` for the candidate that is a slip away, contains the name or is contained in it, or else is the
 * nearest; or undefined.
 */
export function didYouMean(name: string, candidates: Iterable<string>, limit?: number): string | undefined {
  const all = [...candidates];
  const found =
    nearest(name, all, Math.min(1, limit ?? 1)) ?? related(name, all) ?? nearest(name, all, limit);
  return found === undefined ? undefined : `did you mean "${found}"?`;
}

/** Shorter names are parts of too many others. */
const leastShared = 4;

/**
 * The candidate closest in length that contains the name, or that the name contains, or that shortens or lengthens its
 * words: `AHNet` and `SegAhnet`, `SegmentationResnet` and `SegResnet`.
 */
function related(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const fitting = candidates.filter((candidate) => {
    const [short, long] = [wanted, candidate.toLowerCase()].sort((left, right) => left.length - right.length);
    return (short!.length >= leastShared && long!.includes(short!)) || sameWords(name, candidate);
  });
  const apart = (candidate: string) => Math.abs(candidate.length - name.length);
  return fitting.sort((left, right) => apart(left) - apart(right))[0];
}

/** Whether two names in camel case have the same words in the same order, some of them cut short. */
function sameWords(left: string, right: string): boolean {
  const [ours, theirs] = [left, right].map((name) =>
    name.split(/(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase()),
  ) as [string[], string[]];
  const isCut = (word: string, other: string) =>
    Math.min(word.length, other.length) >= 3 && (word.startsWith(other) || other.startsWith(word));
  return ours.length > 1 && ours.length === theirs.length && ours.every((word, n) => isCut(word, theirs[n]!));
}
