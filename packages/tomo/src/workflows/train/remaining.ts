/** How many of the latest epochs the estimate looks at: early ones fill the cache and are slower. */
const window = 10;

/**
 * Seconds until the last epoch is done: mean of the latest epochs and validations, times those to come.
 * @param done Epochs finished
 */
export function remainingSeconds(
  { epochs, epochsPerValidation }: { readonly epochs: number; readonly epochsPerValidation: number },
  done: number,
  epochSeconds: readonly number[],
  validationSeconds: readonly number[],
): number {
  const validations = Math.floor(epochs / epochsPerValidation) - Math.floor(done / epochsPerValidation);
  return (epochs - done) * recentMean(epochSeconds) + validations * recentMean(validationSeconds);
}

/** 0 for no values. */
function recentMean(values: readonly number[]): number {
  const recent = values.slice(-window);
  return recent.reduce((sum, value) => sum + value, 0) / Math.max(1, recent.length);
}
