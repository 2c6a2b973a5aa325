/**
 * The least that a training must wait for its data, in seconds, however well all is overlapped. The work on samples is
 * `work` seconds of one thread, the network is busy for `busy` seconds meanwhile. Two bounds hold: each worker does its
 * share of the work one sample after the other; and on the CPU (`cores` given), where the network uses all cores, what
 * loaders compute is taken from it.
 */
export function waitWith({
  work,
  busy,
  workers,
  cores,
}: {
  readonly work: number;
  readonly busy: number;
  readonly workers: number;
  /** Null when the network runs on a device of its own. */
  readonly cores: number | null;
}): number {
  if (workers === 0) return work;
  const longest = Math.max(busy, work / workers);
  const together = cores === null ? longest : Math.max(longest, busy + work / cores);
  return together - busy;
}
