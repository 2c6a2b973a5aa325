/** Seconds since the last call. */
export type Lap = () => number;

export function stopwatch(): Lap {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
