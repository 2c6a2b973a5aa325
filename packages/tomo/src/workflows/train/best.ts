/** The key metric over a run: what it was, and when it was best. Larger is better. */
export interface KeyMetricHistory {
  readonly name: string;
  readonly best: { readonly value: number; readonly epoch: number } | null;
  /** Of each validation so far, oldest first. */
  readonly values: readonly number[];
}

export const noHistory = (name: string): KeyMetricHistory => ({ name, best: null, values: [] });

/** Only a strictly greater value is a new best; NaN never is. */
export function withValue(
  history: KeyMetricHistory,
  value: number,
  epoch: number,
): { readonly history: KeyMetricHistory; readonly isBest: boolean } {
  const isBest = value > (history.best?.value ?? Number.NEGATIVE_INFINITY);
  const best = isBest ? { value, epoch } : history.best;
  return { history: { ...history, best, values: [...history.values, value] }, isBest };
}
