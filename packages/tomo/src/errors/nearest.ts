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

/** `did you mean "X"?` for the nearest candidate, or undefined. */
export function didYouMean(name: string, candidates: Iterable<string>, limit?: number): string | undefined {
  const found = nearest(name, candidates, limit);
  return found === undefined ? undefined : `did you mean "${found}"?`;
}
